import { sum, Sums, units } from './arithmetic.js';
import type { AccountBooks, Row } from './read-books.js';
import { reservationFindings } from './reservations.js';

const TERMINAL = new Set(['RISK_DENIED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']);
const BEGINNINGS = new Set(['OrderPlaced', 'OrderArmed', 'OrderDenied', 'OrderAdopted']);

/** Orders that are what their fills, attempts, reservations and events say. */
export function* orderFindings(books: AccountBooks): Generator<string> {
  const fills = Map.groupBy(books.fills, (fill) => fill['order_id'] as string);
  const attempts = Map.groupBy(books.attempts, (attempt) => attempt['order_id'] as string);
  const events = Map.groupBy(
    books.events.filter(({ type, payload }) => type.startsWith('Order') && payload.orderId !== undefined),
    ({ payload }) => payload.orderId as string,
  );
  for (const order of books.orders) {
    const id = order['order_id'] as string;
    for (const what of [
      ...stateFindings(order),
      ...fillTotals(order, fills.get(id) ?? []),
      ...(isDeniedWith(order, books, attempts)
        ? []
        : attemptFindings(order, attempts.get(id) ?? [], books.stream)),
      ...historyFindings(order, events.get(id) ?? []),
    ]) {
      yield `${books.accountId}: order ${id} ${what}`;
    }
    for (const rows of [fills, attempts, events]) rows.delete(id);
  }
  for (const rows of [fills, attempts, events]) {
    for (const id of rows.keys()) yield `${books.accountId}: there is no order ${id}, but rows about it`;
  }
  yield* reservationFindings(books);
  yield* keyFindings(books);
}

/** Nothing is under way any more, and nothing is unresolved. */
function* stateFindings(order: Row): Generator<string> {
  const { status, needs_attention: attention, pending } = order;
  const { heldBy, group } = order['conditions'] ?? {};
  const waitsHere = status === 'CREATED' && (heldBy === 'SEXTANT' || group != null);
  if (!TERMINAL.has(status) && status !== 'NEW' && status !== 'PARTIALLY_FILLED' && !waitsHere)
    yield `is stuck in ${status}`;
  if (pending !== null) yield `still waits: ${JSON.stringify(pending)}`;
  if (attention) yield 'needs attention';
  if (order['origin'] !== 'SEXTANT') yield 'was not made here';
}

function* fillTotals(order: Row, fills: readonly Row[]): Generator<string> {
  const { status, lots, filled_lots: filled, cumulative_quote: quote, fees } = order;
  const together = sum(fills.map((fill) => BigInt(fill['lots'])));
  if (BigInt(filled) !== together) yield `shows ${filled} lots filled, its fills are ${together}`;
  if (BigInt(quote) !== sum(fills.map((fill) => BigInt(fill['quote_amount']))))
    yield 'shows another value than its fills';
  if (lots !== null && (status === 'FILLED') !== (BigInt(lots) === together))
    yield `is ${status} with ${together} of ${lots}`;
  if ((status === 'PARTIALLY_FILLED' || status === 'FILLED') !== together > 0n && !TERMINAL.has(status)) {
    yield `is ${status} with ${together} lots filled`;
  }
  const charged = new Sums();
  for (const fill of fills) charged.add(fill['fee_asset'], BigInt(fill['fee']));
  const shown = new Map((fees as Row[]).map(({ asset, amount }) => [asset as string, units(amount)]));
  for (const asset of new Set([...charged.keys(), ...shown.keys()])) {
    if (charged.of(asset) !== (shown.get(asset) ?? 0n)) yield `shows another fee in ${asset} than its fills`;
  }
}

/** Denied because another leg of its group was, which is the one that was judged. */
function isDeniedWith(order: Row, { orders }: AccountBooks, attempts: Map<string, Row[]>): boolean {
  const groupId = order['conditions']?.group?.groupId;
  if (order['status'] !== 'RISK_DENIED' || groupId === undefined || attempts.has(order['order_id']))
    return false;
  const legs = orders.filter(({ conditions }) => conditions?.group?.groupId === groupId);
  const judged = legs.filter(({ status, attempts: sent }) => status === 'RISK_DENIED' && sent === 0);
  return judged.length === legs.length;
}

function* attemptFindings(order: Row, attempts: readonly Row[], stream: Row | undefined): Generator<string> {
  const denied = order['status'] === 'RISK_DENIED';
  const expected = denied ? 1 : Number(order['attempts']);
  if (attempts.length !== expected || attempts.some(({ attempt }, index) => attempt !== index + 1))
    yield `has ${attempts.length} of ${expected} attempts`;
  if (attempts.some(({ decision }) => decision !== (denied ? 'DENIED' : 'APPROVED')))
    yield 'has an attempt that risk did not allow';
  if (attempts.some(({ epoch }) => BigInt(epoch) > BigInt(stream?.['epoch'] ?? 0)))
    yield 'has an attempt of an epoch to come';
}

/** One beginning, versions that grow, fills that never shrink, and no other status after a terminal one. */
function* historyFindings(order: Row, events: readonly Row[]): Generator<string> {
  const beginnings = events.filter(({ type }) => BEGINNINGS.has(type)).length;
  if (beginnings !== 1 || !BEGINNINGS.has(events[0]?.['type'])) yield `begins ${beginnings} times`;
  let last = { version: 0, status: '', filled: 0n };
  for (const { type, payload } of events) {
    const { version, status } = payload;
    if (type === 'OrderResolved' && !payload.evidence?.kind) yield 'left an unknown outcome without evidence';
    const filled = payload.filledQuantity === undefined ? last.filled : units(payload.filledQuantity);
    // New terms that risk would not have leave the order as it was.
    const isUnchanged = type === 'OrderAmendRefused' && version === last.version;
    if (version <= last.version && !isUnchanged) yield `went back to version ${version}`;
    if (TERMINAL.has(last.status) && status !== last.status) yield `was ${last.status} and became ${status}`;
    if (filled < last.filled) yield 'lost a fill on its way';
    last = { version, status, filled };
  }
  if (last.status !== order['status']) yield `is ${order['status']}, its events end in ${last.status}`;
  if (last.filled !== BigInt(order['filled_lots']) * BigInt(order['step_size']))
    yield 'has events of other fills';
}

function* keyFindings({ accountId, keys, orders }: AccountBooks): Generator<string> {
  const ids = new Set(orders.map((order) => order['order_id'] as string));
  const used = new Set<string>();
  for (const { route, key, resource_id: id } of keys) {
    if (route !== 'POST /api/orders') continue;
    if (!ids.has(id)) yield `${accountId}: key ${key} stands for order ${id}, which does not exist`;
    if (used.has(id)) yield `${accountId}: order ${id} has two keys`;
    used.add(id);
  }
}
