import { fillKey, foldJournal } from './chaos-journal.js';
import type { JournalEntry, Told, VenueFill, VenueOrder } from './chaos-journal.js';
import { familyFindings } from './families.js';
import type { AccountBooks, Row } from './read-books.js';
import { revisionsOf } from './revisions.js';
import { haltFindings, sendingFindings } from './sendings.js';
import type { Halt } from './sendings.js';

export type { JournalEntry } from './chaos-journal.js';
export type { Halt } from './sendings.js';

const RESTING = new Set(['NEW', 'PARTIALLY_FILLED']);

/**
 * The chaos venue's own journal beside our books of one account there: no intent executed twice, no two orders where one
 * was to be, no order of nobody, the same fills, the same money; and nothing sent that no attempt of its time and epoch
 * allowed.
 */
export function* chaosVenueFindings(
  books: AccountBooks,
  venueAccount: string,
  journal: readonly JournalEntry[],
  halts: readonly Halt[] = [],
): Generator<string> {
  const told = foldJournal(venueAccount, journal);
  const { accountId } = books;
  const byClient = Map.groupBy(told.orders.values(), ({ clientOrderId }) => clientOrderId);
  const fills = new Map(
    books.fills.map((fill) => [fillKey(fill['venue_order_id'], fill['venue_trade_id']), fill]),
  );
  for (const order of books.orders) {
    for (const what of compare(order, byClient, fills))
      yield `${accountId}: order ${order['order_id']} ${what}`;
  }
  for (const [id, [order]] of byClient)
    yield `${accountId}: the venue has order ${order!.number} (${id}), which is none of ours`;
  for (const key of fills.keys()) yield `${accountId}: fill ${key} never happened at the venue`;
  yield* familyFindings(books, told);
  yield* moneyFindings(books, told);
  yield* sendingFindings(books, told.placements);
  yield* haltFindings(books, told.placements, halts);
}

/** What is found of the venue's orders and fills is taken out of `byClient` and `fills`. */
function* compare(
  order: Row,
  byClient: Map<string, VenueOrder[]>,
  fills: Map<string, Row>,
): Generator<string> {
  const { status } = order;
  const found: VenueOrder[] = [];
  let last: VenueOrder | null = null;
  for (const { clientOrderId, venueOrderId } of revisionsOf(order)) {
    const theirs = byClient.get(clientOrderId) ?? [];
    byClient.delete(clientOrderId);
    const accepted = theirs.filter((one) => one.status !== 'REJECTED');
    if (accepted.length > 1)
      yield `was executed ${accepted.length} times: ${accepted.map((one) => one.number)}`;
    last = accepted[0] ?? null;
    if (last === null) continue;
    found.push(last);
    if (venueOrderId !== String(last.number)) yield `is ${venueOrderId} here and ${last.number} at the venue`;
  }
  if (found.length === 0) {
    // Its end was wanted, and it never came.
    const isWanted =
      (status === 'CANCELED' && order['cancel_requested'] === true) ||
      (status === 'EXPIRED' && order['time_in_force'] === 'GTD');
    const isAtVenue = status !== 'RISK_DENIED' && status !== 'REJECTED' && !isWanted && order['attempts'] > 0;
    if (isAtVenue) yield `is ${status} and unknown to the venue`;
    return;
  }
  yield* stateFindings(order, last);
  const filledLots = found.reduce((sum, one) => sum + one.filledLots, 0);
  if (Number(order['filled_lots']) !== filledLots)
    yield `has ${order['filled_lots']} lots here and ${filledLots} there`;
  for (const one of found) yield* fillFindings(order, one, fills);
}

/** `last`: what the venue has of the last revision; null where it would not have that one. */
function* stateFindings(order: Row, last: VenueOrder | null): Generator<string> {
  const { status, lots, filled_lots: filled } = order;
  if (last === null) {
    if (RESTING.has(status)) yield `is ${status} here, and its last revision is unknown to the venue`;
    return;
  }
  const expected = last.status === 'EXPIRED_IN_MATCH' ? 'EXPIRED' : last.status;
  // Ended to be replaced by less, which was filled by then.
  const isComplete = status === 'FILLED' && expected === 'CANCELED' && lots === filled;
  // Rests again after a part that a revision before it has filled.
  const isPartly = status === 'PARTIALLY_FILLED' && expected === 'NEW' && revisionsOf(order).length > 1;
  if (status !== expected && !isComplete && !isPartly)
    yield `is ${status} here and ${last.status} at the venue`;
  if (order['side'] !== last.side || order['symbol'].replace('/', '') !== last.symbol)
    yield 'is another order at the venue';
  if (!RESTING.has(status) || !RESTING.has(expected)) return;
  const rest = last.lots - last.filledLots;
  if (Number(lots) - Number(filled) !== rest)
    yield `rests for ${lots - filled} lots here and for ${rest} there`;
  if (order['price_ticks'] !== null && last.ticks !== null && Number(order['price_ticks']) !== last.ticks)
    yield `rests at ${order['price_ticks']} here and at ${last.ticks} there`;
}

function* fillFindings(order: Row, one: VenueOrder, fills: Map<string, Row>): Generator<string> {
  for (const fill of one.fills) {
    const ours = fills.get(fill.key);
    fills.delete(fill.key);
    if (ours === undefined) yield `lacks fill ${fill.key}`;
    else if (ours['order_id'] !== order['order_id']) yield `lost fill ${fill.key} to ${ours['order_id']}`;
    else if (!isSame(ours, fill)) yield `has another fill ${fill.key} than the venue`;
  }
}

function isSame(ours: Row, { ticks, lots, feeAsset, fee }: VenueFill): boolean {
  return (
    Number(ours['lots']) === lots &&
    Number(ours['price_ticks']) === ticks &&
    ours['fee_asset'] === feeAsset &&
    BigInt(ours['fee']) === fee
  );
}

function* moneyFindings({ accountId, balances }: AccountBooks, { totals }: Told): Generator<string> {
  const ours = new Map(balances.map(({ asset, total }) => [asset as string, BigInt(total)]));
  for (const asset of new Set([...ours.keys(), ...totals.keys()])) {
    if ((ours.get(asset) ?? 0n) !== totals.of(asset))
      yield `${accountId}: ${ours.get(asset)} ${asset} here, ${totals.of(asset)} at the venue`;
  }
}
