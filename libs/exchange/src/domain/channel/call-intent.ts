/**
 * Why a call is made, which is also its priority, highest first. PROTECTIVE: a stop, a reduction, the kill
 * switch. RECONCILE: queries that find out what became of orders. ENTRY opens or enlarges a position. DATA is
 * everything that nobody's money waits for.
 */
export const CALL_CLASSES = ['PROTECTIVE', 'CANCEL', 'RECONCILE', 'ENTRY', 'DATA'] as const;
export type CallClass = (typeof CALL_CLASSES)[number];

/** Which of a venue's limits a call counts against. */
export type BudgetBucket = 'trading' | 'marketData' | 'account';

/** What a call is, before there is a request. */
export interface CallIntent {
  class: CallClass;
  bucket: BudgetBucket;
  /** Its cost in the venue's request weight; at least 1. */
  weight: number;
  /** Names the key that signs; null for public calls. */
  credentialId: string | null;
  /** From the look for a connection to the last byte of the answer; default `exchange.timeoutMs`. */
  timeoutMs?: number;
  /** How long it may wait for budget and a free connection; default `exchange.queueWaitMs`. */
  waitMs?: number;
  /** Asking twice does no harm: the call is sent again on failures that may pass. */
  idempotentRead: boolean;
}

/** Lower goes first. */
export function priorityOf(callClass: CallClass): number {
  return CALL_CLASSES.indexOf(callClass);
}

/** Classes that reduce risk or find out about it: they have slots, budget and breakers of their own. */
export function isUrgent(callClass: CallClass): boolean {
  return callClass === 'PROTECTIVE' || callClass === 'CANCEL' || callClass === 'RECONCILE';
}
