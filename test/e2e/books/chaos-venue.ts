import { Sums } from './arithmetic.js';
import type { AccountBooks, Row } from './read-books.js';

/** As much of an entry of the chaos venue's journal as is looked at. */
export interface JournalEntry {
  at: number;
  kind: string;
  [field: string]: any;
}

/** A time in which every process had confirmed that nothing is placed. */
export interface Halt {
  fromMs: number;
  untilMs: number;
}

interface VenueFill {
  key: string;
  ticks: number;
  lots: number;
  feeAsset: string;
  /** 10^-18. */
  fee: bigint;
}

interface VenueOrder {
  number: number;
  clientOrderId: string;
  symbol: string;
  side: string;
  status: string;
  lots: number;
  filledLots: number;
  fills: VenueFill[];
}

interface Told {
  orders: Map<number, VenueOrder>;
  totals: Sums;
  placements: Row[];
}

/** Venue amounts have eight decimals. */
const TO_UNITS = 10n ** 10n;
/** What the venue's clock may be wrong by while orders are signed with it: a quarter of the window. */
const SLACK_MS = 1_250;
/** Our clock and the venue's are one machine's. */
const TICK_MS = 2;

/**
 * The chaos venue's own journal beside our books of one account there: no intent executed twice, no order of nobody, the
 * same fills, the same money; and nothing sent that no attempt of its time and epoch allowed.
 */
export function* chaosVenueFindings(
  books: AccountBooks,
  venueAccount: string,
  journal: readonly JournalEntry[],
  halts: readonly Halt[] = [],
): Generator<string> {
  const told = fold(venueAccount, journal);
  const { accountId } = books;
  const byClient = Map.groupBy(told.orders.values(), ({ clientOrderId }) => clientOrderId);
  const fills = new Map(
    books.fills.map((fill) => [keyOf(fill['venue_order_id'], fill['venue_trade_id']), fill]),
  );
  for (const order of books.orders) {
    const id = order['client_order_id'] as string;
    const theirs = byClient.get(id) ?? [];
    byClient.delete(id);
    for (const what of compare(order, theirs, fills))
      yield `${accountId}: order ${order['order_id']} ${what}`;
  }
  for (const [id, [order]] of byClient)
    yield `${accountId}: the venue has order ${order!.number} (${id}), which is none of ours`;
  for (const key of fills.keys()) yield `${accountId}: fill ${key} never happened at the venue`;
  yield* moneyFindings(books, told.totals);
  yield* sendingFindings(books, told.placements);
  yield* haltFindings(books, told.placements, halts);
}

function fold(venueAccount: string, journal: readonly JournalEntry[]): Told {
  const orders = new Map<number, VenueOrder>();
  const totals = new Sums();
  const placements: Row[] = [];
  const keys = new Set<string>();
  for (const entry of journal) {
    for (const { apiKey } of entry['spec']?.keys ?? []) {
      if (entry['spec'].accountId === venueAccount) keys.add(apiKey);
    }
    if (entry['what'] === 'KEY' && entry['accountId'] === venueAccount) keys.add(entry['spec'].apiKey);
    if (entry.kind === 'request' && entry['method'] === 'POST' && entry['path'] === '/api/v3/order') {
      if (!keys.has(entry['headers']?.['x-mbx-apikey'])) continue;
      const params = new URLSearchParams(`${entry['query']}&${entry['body']}`);
      placements.push({
        at: entry.at,
        id: params.get('newClientOrderId'),
        signedAt: Number(params.get('timestamp')),
      });
    }
    if (entry.kind !== 'event' || entry['product'] !== 'spot' || entry['event'] === undefined) continue;
    apply(entry['event'], venueAccount, orders, totals);
  }
  return { orders, totals, placements };
}

function apply(event: Row, venueAccount: string, orders: Map<number, VenueOrder>, totals: Sums): void {
  if (event['kind'] === 'BalanceChanged' && event['accountId'] === venueAccount) {
    totals.set(event['asset'], (BigInt(event['free']) + BigInt(event['locked'])) * TO_UNITS);
  }
  const { order, fill } = event;
  if (order === undefined || order.accountId !== venueAccount) return;
  const known = orders.get(order.orderId);
  const { orderId: number, clientOrderId, symbol, side, status, lots, filledLots } = order;
  const id = known?.clientOrderId ?? clientOrderId;
  const fills = known?.fills ?? [];
  orders.set(number, { number, clientOrderId: id, symbol, side, status, lots, filledLots, fills });
  if (event['kind'] !== 'Filled') return;
  const { asset, units } = fill.commission;
  const key = keyOf(String(number), String(fill.tradeId));
  fills.push({ key, ticks: fill.ticks, lots: fill.lots, feeAsset: asset, fee: BigInt(units) * TO_UNITS });
}

/** What is found of the venue's fills is taken out of `fills`. */
function* compare(order: Row, theirs: readonly VenueOrder[], fills: Map<string, Row>): Generator<string> {
  const { status, venue_order_id: number } = order;
  const accepted = theirs.filter((one) => one.status !== 'REJECTED');
  if (accepted.length > 1)
    yield `was executed ${accepted.length} times: ${accepted.map((one) => one.number)}`;
  const [one] = accepted;
  if (one === undefined) {
    const isAtVenue = status !== 'RISK_DENIED' && status !== 'REJECTED' && order['attempts'] > 0;
    if (isAtVenue) yield `is ${status} and unknown to the venue`;
    return;
  }
  if (number !== String(one.number)) yield `is ${number} here and ${one.number} at the venue`;
  const expected = one.status === 'EXPIRED_IN_MATCH' ? 'EXPIRED' : one.status;
  if (status !== expected) yield `is ${status} here and ${one.status} at the venue`;
  if (order['side'] !== one.side || order['symbol'].replace('/', '') !== one.symbol)
    yield 'is another order at the venue';
  if (Number(order['filled_lots']) !== one.filledLots)
    yield `has ${order['filled_lots']} lots here and ${one.filledLots} there`;
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

function* moneyFindings({ accountId, balances }: AccountBooks, totals: Sums): Generator<string> {
  const ours = new Map(balances.map(({ asset, total }) => [asset as string, BigInt(total)]));
  for (const asset of new Set([...ours.keys(), ...totals.keys()])) {
    if ((ours.get(asset) ?? 0n) !== totals.of(asset))
      yield `${accountId}: ${ours.get(asset)} ${asset} here, ${totals.of(asset)} at the venue`;
  }
}

/** Each placement that arrived has an attempt of its own, was signed within it, and by the owner of that time. */
function* sendingFindings(
  { accountId, orders, attempts }: AccountBooks,
  placements: readonly Row[],
): Generator<string> {
  const orderOf = new Map(
    orders.map((order) => [order['client_order_id'] as string, order['order_id'] as string]),
  );
  const approved = attempts.filter(({ decision }) => decision === 'APPROVED');
  const attemptsOf = Map.groupBy(approved, ({ order_id }) => order_id as string);
  for (const [id, sent] of Map.groupBy(placements, (one) => one['id'] as string)) {
    const own = attemptsOf.get(orderOf.get(id) ?? '') ?? [];
    const bySigning = Map.groupBy(sent, ({ signedAt }) => signedAt as number);
    if (bySigning.size > own.length)
      yield `${accountId}: ${id} was sent ${bySigning.size} times in ${own.length} attempts`;
    for (const [signedAt, [{ at }]] of bySigning as Map<number, [Row]>) {
      const attempt = own.findLast(({ decided_at }) => decided_at.getTime() <= at + TICK_MS);
      if (attempt === undefined) yield `${accountId}: ${id} was sent before it was approved`;
      else
        for (const what of lateness(attempt, approved, signedAt))
          yield `${accountId}: ${id} was sent ${what}`;
    }
  }
}

function* lateness(attempt: Row, approved: readonly Row[], signedAt: number): Generator<string> {
  if (signedAt > attempt['deadline_at'].getTime() + SLACK_MS) yield 'past its deadline';
  const epoch = BigInt(attempt['epoch']);
  const later = approved.find(
    (one) => BigInt(one['epoch']) > epoch && one['decided_at'].getTime() + SLACK_MS < signedAt,
  );
  if (later !== undefined) yield `in epoch ${epoch}, after ${later['epoch']} had begun`;
}

/** What arrived under a switch was on its way before it, which takes a moment. */
function* haltFindings(
  { accountId }: AccountBooks,
  placements: readonly Row[],
  halts: readonly Halt[],
): Generator<string> {
  for (const { id, signedAt, at } of placements) {
    const halt = halts.find(
      ({ fromMs, untilMs }) => at > fromMs && at < untilMs && signedAt > fromMs + SLACK_MS,
    );
    if (halt !== undefined) yield `${accountId}: ${id} was sent ${at - halt.fromMs} ms into a HALT`;
  }
}

function keyOf(venueOrderId: string, venueTradeId: string): string {
  return `${venueOrderId}/${venueTradeId}`;
}
