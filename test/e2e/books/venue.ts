import { Sums } from './arithmetic.js';
import { notional } from './ledger.js';
import type { AccountBooks, Row } from './read-books.js';
import { revisionsOf } from './revisions.js';

interface VenueFill {
  trade: number;
  ticks: number;
  lots: number;
  fee: string;
}

interface VenueOrder {
  clientOrderId: string;
  number: number;
  symbol: string;
  side: string;
  lots: number | null;
  status: string;
  fills: VenueFill[];
}

/** The exchange's own journal beside our books: the same orders, the same fills, the same money. */
export function* venueFindings(books: AccountBooks): Generator<string> {
  const { accountId, orders } = books;
  yield* journalFindings(books);
  const { placed, deposits } = fold(books.journal);
  const money = new Sums(deposits);
  const fills = new Map(
    books.fills.map((fill) => [fillKey(fill['venue_order_id'], fill['venue_trade_id']), fill]),
  );
  for (const order of orders) {
    const theirs = revisionsOf(order).map(({ clientOrderId }) => placed.get(clientOrderId));
    for (const { clientOrderId } of revisionsOf(order)) placed.delete(clientOrderId);
    for (const what of compare(order, theirs, fills))
      yield `${accountId}: order ${order['order_id']} ${what}`;
    for (const one of theirs) if (one !== undefined) addMoney(money, one, order);
  }
  for (const { number, clientOrderId } of placed.values()) {
    yield `${accountId}: the venue has order ${number} (${clientOrderId}), which is none of ours`;
  }
  for (const key of fills.keys()) yield `${accountId}: fill ${key} never happened at the venue`;
  const totals = new Map(books.balances.map(({ asset, total }) => [asset as string, BigInt(total)]));
  for (const asset of new Set([...money.keys(), ...totals.keys()])) {
    if (money.of(asset) !== (totals.get(asset) ?? 0n))
      yield `${accountId}: ${totals.get(asset)} ${asset} here, ${money.of(asset)} at the venue`;
  }
}

function* journalFindings({ accountId, journal, session }: AccountBooks): Generator<string> {
  let before = { seq: 0, session: 0 };
  for (const row of journal) {
    const [seq, of] = [Number(row['seq']), Number(row['session'])];
    if (seq !== before.seq + 1) yield `${accountId}: venue journal row ${before.seq + 1} is missing`;
    if (of < before.session)
      yield `${accountId}: venue journal row ${seq} was written by a session that had ended`;
    before = { seq, session: of };
  }
  if (Number(session?.['seq'] ?? 0) !== before.seq)
    yield `${accountId}: the venue's session does not end at its last row`;
}

function fold(journal: readonly Row[]): { placed: Map<string, VenueOrder>; deposits: Sums } {
  const placed = new Map<string, VenueOrder>();
  const deposits = new Sums();
  for (const { kind, subject, payload } of journal) {
    const row = JSON.parse(payload);
    if (kind === 'D') deposits.add(row[1], BigInt(row[2]));
    if (kind === 'P') {
      const [, number, symbol, side, , , , lots, , , status, fills] = row;
      placed.set(subject, {
        clientOrderId: subject,
        number,
        symbol,
        side,
        lots,
        status,
        fills: fills.map(venueFill),
      });
    }
    const order = placed.get(subject);
    if (kind === 'C' && order !== undefined) order.status = 'CANCELED';
    if (kind === 'F' && order !== undefined) {
      order.fills.push(...row[1].map(venueFill));
      const filled = order.fills.reduce((total, fill) => total + fill.lots, 0);
      order.status = filled === order.lots ? 'FILLED' : 'PARTIALLY_FILLED';
    }
  }
  return { placed, deposits };
}

function venueFill([trade, ticks, lots, fee]: [number, number, number, string]): VenueFill {
  return { trade, ticks, lots, fee };
}

/** `theirs`: of each revision, oldest first. What is found of the venue's fills is taken out of `fills`. */
function* compare(
  order: Row,
  theirs: readonly (VenueOrder | undefined)[],
  fills: Map<string, Row>,
): Generator<string> {
  const { status } = order;
  const found = theirs.filter((one) => one !== undefined);
  if (found.length === 0) {
    // Its end was wanted, and it never came.
    const isWanted =
      (status === 'CANCELED' && order['cancel_requested'] === true) ||
      (status === 'EXPIRED' && order['time_in_force'] === 'GTD');
    const wasSent = status !== 'RISK_DENIED' && status !== 'REJECTED' && !isWanted && order['attempts'] > 0;
    if (wasSent) yield `is ${status} and unknown to the venue`;
    return;
  }
  for (const one of found) yield* fillFindings(order, one, fills);
  const last = theirs.at(-1);
  const { venueOrderId } = revisionsOf(order).at(-1)!;
  if (last === undefined) {
    if (status === 'NEW' || status === 'PARTIALLY_FILLED') yield `is ${status}, its last revision is not`;
    return;
  }
  if (venueOrderId !== null && venueOrderId !== String(last.number))
    yield `is ${venueOrderId} here and ${last.number} at the venue`;
  // Ended to be replaced by less, which was filled by then; or rests again after a revision that filled a part.
  const wasAmended =
    (status === 'FILLED' && last.status === 'CANCELED' && order['lots'] === order['filled_lots']) ||
    (status === 'PARTIALLY_FILLED' && last.status === 'NEW' && found.length > 1);
  if (status !== last.status && !wasAmended) yield `is ${status} here and ${last.status} at the venue`;
}

function* fillFindings(order: Row, theirs: VenueOrder, fills: Map<string, Row>): Generator<string> {
  if (order['side'] !== theirs.side || order['symbol'] !== theirs.symbol)
    yield 'is another order at the venue';
  for (const fill of theirs.fills) {
    const key = fillKey(String(theirs.number), String(fill.trade));
    const ours = fills.get(key);
    fills.delete(key);
    if (ours === undefined) yield `lacks fill ${key}`;
    else if (ours['order_id'] !== order['order_id']) yield `lost fill ${key} to ${ours['order_id']}`;
    else if (
      ours['lots'] !== String(fill.lots) ||
      ours['price_ticks'] !== String(fill.ticks) ||
      ours['fee'] !== fill.fee
    )
      yield `has another fill ${key} than the venue`;
  }
}

function addMoney(money: Sums, { symbol, side, fills }: VenueOrder, order: Row): void {
  const [base, quote] = symbol.split('/') as [string, string];
  const sign = side === 'BUY' ? 1n : -1n;
  for (const { ticks, lots, fee } of fills) {
    const step = BigInt(order['step_size']);
    money.add(base, sign * BigInt(lots) * step);
    money.add(quote, -sign * notional(BigInt(ticks), BigInt(order['tick_size']), BigInt(lots), step));
    money.add(side === 'BUY' ? base : quote, -BigInt(fee));
  }
}

function fillKey(venueOrderId: string, venueTradeId: string): string {
  return `${venueOrderId}/${venueTradeId}`;
}
