const HEX_OF_SLICE = 4;
const PREFIX = 'ord_';

/**
 * The client order id of a slice: always the same for the n-th of an execution, so that it exists once at the venue and
 * once in the account whatever crashes. Of the form that every venue takes; the execution's leading digits, which change
 * every fifty days, make room for the number.
 */
export function sliceOrderId(executionId: string, slice: number): string {
  const own = executionId.slice(executionId.indexOf('_') + 1);
  return `${PREFIX}${slice.toString(16).padStart(HEX_OF_SLICE, '0')}${own.slice(HEX_OF_SLICE)}`;
}
