import type { AccountBooks, Row } from './read-books.js';

const ENDED = new Set(['COMPLETED', 'CANCELED', 'FAILED']);

/** Executions that are what their orders are: each slice one order, never more than was asked for, and an end. */
export function* executionFindings(books: AccountBooks): Generator<string> {
  const { accountId, executions, slices, orders } = books;
  const rows = Map.groupBy(slices, (slice) => slice['execution_id'] as string);
  const children = Map.groupBy(orders, (order) => (order['conditions']?.executionId ?? '') as string);
  children.delete('');
  for (const execution of executions) {
    const id = execution['execution_id'] as string;
    const own = children.get(id) ?? [];
    for (const what of [
      ...sliceFindings(id, rows.get(id) ?? [], own),
      ...quantityFindings(execution, own),
      ...endFindings(execution, own),
    ]) {
      yield `${accountId}: execution ${id} ${what}`;
    }
    rows.delete(id);
    children.delete(id);
  }
  for (const id of new Set([...rows.keys(), ...children.keys()]))
    yield `${accountId}: there is no execution ${id}, but slices of it`;
}

/** A slice is one order, under an id that follows from execution and number. */
function* sliceFindings(id: string, slices: readonly Row[], children: readonly Row[]): Generator<string> {
  const orders = new Map(children.map((order) => [order['order_id'] as string, order]));
  for (const { slice, order_id: orderId } of slices) {
    const order = orders.get(orderId);
    orders.delete(orderId);
    const expected = `ord_${Number(slice).toString(16).padStart(4, '0')}${id.slice('exe_'.length + 4)}`;
    if (order === undefined) yield `sent slice ${slice} as ${orderId}, which is no order of it`;
    else if (order['client_order_id'] !== expected)
      yield `sent slice ${slice} as ${order['client_order_id']} instead of ${expected}`;
  }
  for (const orderId of orders.keys()) yield `has order ${orderId}, which is no slice`;
}

function* quantityFindings({ lots, terms, side }: Row, children: readonly Row[]): Generator<string> {
  const filled = children.reduce((total, order) => total + Number(order['filled_lots']), 0);
  if (filled > Number(lots)) yield `filled ${filled} lots of ${lots}`;
  for (const { order_id: id, price_ticks: ticks } of children) {
    const isBeyond =
      terms.limitTicks !== null && (side === 'BUY' ? ticks > terms.limitTicks : ticks < terms.limitTicks);
    if (isBeyond) yield `priced ${id} at ${ticks}, beyond its limit of ${terms.limitTicks}`;
  }
}

function* endFindings(execution: Row, children: readonly Row[]): Generator<string> {
  const { status, lots, reason, closed_at: closed } = execution;
  const open = children.filter((order) => order['closed_at'] === null);
  if (!ENDED.has(status)) {
    const isOver = execution['terms'].endAt !== null && execution['terms'].endAt < Date.now();
    if (isOver)
      yield `is ${status} past its end${execution['waiting'] === null ? '' : `: ${execution['waiting'].code}`}`;
    return;
  }
  if (closed === null && open.length === 0) yield `is ${status}, and so are its orders, and it is not closed`;
  if (closed !== null && open.length > 0) yield `is closed, and ${open.length} of its orders live`;
  const filled = children.reduce((total, order) => total + Number(order['filled_lots']), 0);
  if (status === 'COMPLETED' && reason === null && filled !== Number(lots))
    yield `is COMPLETED with ${filled} lots of ${lots}`;
}
