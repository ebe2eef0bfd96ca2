import type { OrderVersion, Row } from './simulated-database.js';
import type { BookedOrder, Market, VenueBooks } from './venue-books.js';
import { isOpen } from './venue-books.js';
import type { World } from './world.js';

const terminal = new Set(['RISK_DENIED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']);
const resting = new Set(['NEW', 'PARTIALLY_FILLED']);

/** I1 no double execution, I6 no guess, I8 monotone, I9 reservations, I11 liveness; and that both sides agree. */
export function checkOrders({ database, venue, schedule }: World): string[] {
  const problems: string[] = [];
  const rows = database.rows('orders');
  const versions = Map.groupBy(database.versions, ({ row }) => row['order_id']);
  for (const row of rows) {
    const name = `${String(row['client_order_id'])} (${String(row['status'])})`;
    const say = (problem: string) => problems.push(`${problem}: ${name}`);
    const history = versions.get(row['order_id']) ?? [];
    checkHistory(history, say);
    for (const version of history) checkReservation(version.row, venue.books.markets, say);
    if (row['origin'] === 'SEXTANT') {
      const made = venue.books.orders.filter(
        ({ clientId, by }) => clientId === row['client_order_id'] && by === 'PLATFORM',
      );
      if (made.length > 1) say(`I1 the venue has ${made.length} orders of one intent`);
      const [there] = made;
      if (there === undefined && isHeld(row)) checkWaiting(row, venue.books, say);
      else if (there === undefined) checkAbsent(row, schedule.character.absenceProof === 'NEVER', say);
      else checkSame(row, there, say);
    }
  }
  for (const order of venue.books.orders) problems.push(...checkKnown(order, rows));
  return problems;
}

function checkAbsent(row: Row, isNeverProvable: boolean, say: (problem: string) => void): void {
  const status = row['status'] as string;
  if (status === 'REJECTED' || status === 'RISK_DENIED') {
    if (row['filled_lots'] !== 0) say('I3 filled, and the venue never had it');
    return;
  }
  const waits = isNeverProvable && status === 'OUTCOME_UNKNOWN' && row['needs_attention'] === true;
  if (!waits) say('I6 I11 the venue never had it');
}

function isHeld(row: Row): boolean {
  return /^(STOP|TAKE_PROFIT)_/.test(String(row['type']));
}

/** An order that the venue has not seen: it waits for its price, or ended before it came. */
function checkWaiting(row: Row, books: VenueBooks, say: (problem: string) => void): void {
  if (terminal.has(String(row['status']))) return;
  if (row['status'] !== 'CREATED') {
    if (row['needs_attention'] !== true) say('I6 I11 triggered, and the venue never had it');
    return;
  }
  const market = books.markets.get(row['symbol'] as string);
  const { stopTicks } = row['conditions'] as { stopTicks: number };
  // On an account that does not agree with its venue nothing is sent, whatever was touched.
  if (market === undefined || books.withdrawn.size > 0) return;
  const price = (market.bidTicks + market.askTicks) / 2;
  const isAbove = (row['side'] === 'BUY') === String(row['type']).startsWith('STOP');
  if (isAbove ? price >= stopTicks : price <= stopTicks) say('I11 its trigger is touched, and it waits');
}

function checkSame(row: Row, there: BookedOrder, say: (problem: string) => void): void {
  const status = row['status'] as string;
  const differs = ([mine, theirs]: readonly unknown[]) => mine !== theirs;
  const terms = [
    [row['symbol'], there.symbol],
    [row['side'], there.side],
    [String(row['type']).replace(/^(STOP|TAKE_PROFIT)_/, ''), there.type],
    [row['lots'], there.lots],
    [row['quote_amount'], there.quoteUnits],
    [row['price_ticks'], there.priceTicks],
    [isHeld(row) || row['time_in_force'], isHeld(row) || there.timeInForce],
  ];
  if (terms.some(differs)) say('I1 the venue has other terms than were asked for');
  if (row['venue_order_id'] !== there.venueId) say('I3 not filed under the venue’s id');
  if (row['filled_lots'] !== there.filledLots) {
    say(`I3 ${String(row['filled_lots'])} lots filled here, ${there.filledLots} at the venue`);
  }
  if (row['cumulative_quote'] !== there.filledQuoteUnits) say('I5 another value filled than at the venue');
  // Ended, and filled to the last lot by what came after: both are how it ended.
  const isFull = status === 'FILLED' && there.filledLots === there.lots;
  if (isOpen(there) ? !resting.has(status) : status !== there.state && !isFull) {
    say(`I6 I11 ${there.state} at the venue`);
  }
  if (row['needs_attention'] === true) say('I11 asks for a person without need');
}

/** Nothing of the venue's is unknown here. */
function checkKnown(order: BookedOrder, rows: readonly Row[]): string[] {
  const name = `${order.clientId || 'no id'} ${order.venueId} (${order.state} by ${order.by})`;
  const mine = rows.filter(
    (row) => row['venue_order_id'] === order.venueId && row['symbol'] === order.symbol,
  );
  if (order.by === 'PLATFORM') {
    const intents = rows.filter((row) => row['client_order_id'] === order.clientId);
    if (intents.length === 0) return [`I1 an order at the venue without an intent: ${name}`];
    return mine.some((row) => row['origin'] === 'EXTERNAL')
      ? [`I1 ours, taken for a stranger’s: ${name}`]
      : [];
  }
  if (mine.some((row) => row['origin'] !== 'EXTERNAL')) return [`I1 a stranger’s, taken for ours: ${name}`];
  const filled = mine.reduce((sum, row) => sum + (row['filled_lots'] as number), 0);
  if (filled !== order.filledLots) return [`I3 a stranger’s fills are not all here: ${name}`];
  const followed = mine.filter((row) => !terminal.has(row['status'] as string)).length;
  // Known by its fills alone, each of them is booked on an order of its own.
  const byFills = mine.some((row) =>
    String(row['client_order_id']).startsWith(`ext-${order.symbol.replace('/', '_')}-${order.venueId}-`),
  );
  if (isOpen(order) && followed !== 1 && !byFills) return [`I1 followed by ${followed} orders: ${name}`];
  // Without an id of a client nobody can ask for it: a person has to.
  const asked = order.clientId === '' && mine.some((row) => row['needs_attention'] === true);
  return !isOpen(order) && followed > 0 && !asked ? [`I11 still alive here: ${name}`] : [];
}

function checkHistory(versions: readonly OrderVersion[], say: (problem: string) => void): void {
  let before: Row | null = null;
  for (const { row } of versions) {
    if (before !== null) {
      if (terminal.has(before['status'] as string) && row['status'] !== before['status']) {
        say(`I8 ${String(before['status'])} became ${String(row['status'])}`);
      }
      if ((row['filled_lots'] as number) < (before['filled_lots'] as number)) say('I8 a fill was taken back');
      if ((row['version'] as number) <= (before['version'] as number)) say('I8 its version does not ascend');
      const leaves = before['status'] === 'OUTCOME_UNKNOWN' && row['status'] !== 'OUTCOME_UNKNOWN';
      const proof = row['evidence'] as { kind?: string; at?: number } | null;
      if (leaves && (proof?.kind === undefined || proof.at === undefined))
        say('I6 left UNKNOWN without evidence');
    }
    const lots = row['lots'] as number | null;
    if (lots !== null && (row['filled_lots'] as number) > lots) say('I8 filled beyond its quantity');
    before = row;
  }
}

/** What a live order sets aside is what its rest needs. */
function checkReservation(
  row: Row,
  markets: ReadonlyMap<string, Market>,
  say: (problem: string) => void,
): void {
  const reserved = row['reserved'] as bigint;
  if (terminal.has(row['status'] as string)) {
    if (reserved !== 0n) say(`I9 ${reserved} still set aside`);
    return;
  }
  const market = markets.get(row['symbol'] as string);
  if (market === undefined || row['origin'] !== 'SEXTANT' || row['lots'] === null) return;
  const rest = BigInt((row['lots'] as number) - (row['filled_lots'] as number));
  const price = row['price_ticks'] as number | null;
  const needs =
    row['side'] === 'SELL' ? rest * market.stepUnits : rest * BigInt(price ?? 0) * market.cellUnits;
  if (price === null ? reserved < needs : reserved !== needs) say(`I9 ${reserved} set aside for ${needs}`);
}
