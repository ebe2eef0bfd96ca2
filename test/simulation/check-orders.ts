import { parseScaled } from '@sextant/kernel';
import type { OrderVersion, Row } from './simulated-database.js';
import { checkWaiting } from './check-waiting.js';
import { amendmentIn, groupIdOf, lastNameOf, namesOf, ordersOf, revisionsOf, triggerOf } from './rows.js';
import type { BookedOrder, Market } from './venue-books.js';
import { isOpen } from './venue-books.js';
import type { World } from './world.js';

const terminal = new Set(['RISK_DENIED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']);
const resting = new Set(['NEW', 'PARTIALLY_FILLED']);

/** I1 no double execution, I6 no guess, I8 monotone, I9 reservations, I11 liveness; and that both sides agree. */
export function checkOrders(world: World): string[] {
  const { database, venue, schedule } = world;
  const isNeverProvable = schedule.character.absenceProof === 'NEVER';
  const problems: string[] = [];
  const rows = database.rows('orders');
  const versions = Map.groupBy(database.versions, ({ row }) => row['order_id']);
  for (const row of rows) {
    const name = `${String(row['client_order_id'])} (${String(row['status'])})`;
    const say = (problem: string) => problems.push(`${problem}: ${name}`);
    const history = versions.get(row['order_id']) ?? [];
    checkHistory(history, say);
    for (const version of history) checkReservation(version.row, venue.books.markets, say);
    if (row['origin'] !== 'SEXTANT') continue;
    const made = ordersOf(row, world);
    for (const [clientId, same] of Map.groupBy(made, (order) => order.clientId)) {
      if (same.length > 1) say(`I1 the venue has ${same.length} orders of one intent, ${clientId}`);
    }
    checkTurns(made, say);
    checkFilled(row, made, say);
    if (made.some(isOpen)) checkAsked(row, history, world, say);
    const there = made.find(({ clientId }) => clientId === lastNameOf(row));
    if (there !== undefined && isCut(row, there, world)) continue;
    if (there !== undefined) checkSame(row, there, say);
    else if (made.length > 0) checkGone(row, isNeverProvable, say);
    else if (triggerOf(row) !== null) checkWaiting(row, world, say);
    else checkAbsent(row, isNeverProvable, say);
  }
  for (const order of venue.books.orders) problems.push(...checkKnown(order, rows));
  return problems;
}

function checkAbsent(row: Row, isNeverProvable: boolean, say: (problem: string) => void): void {
  const status = row['status'] as string;
  // Its end was wanted before it came.
  const isWanted =
    (status === 'CANCELED' && row['cancel_requested'] === true) ||
    (status === 'EXPIRED' && row['time_in_force'] === 'GTD');
  if (status === 'REJECTED' || status === 'RISK_DENIED' || isWanted) {
    if (row['filled_lots'] !== 0) say('I3 filled, and the venue never had it');
    return;
  }
  const waits = isNeverProvable && status === 'OUTCOME_UNKNOWN' && row['needs_attention'] === true;
  if (!waits) say('I6 I11 the venue never had it');
}

/** Its replacement is not there: it says so, or nobody can tell. */
function checkGone(row: Row, isNeverProvable: boolean, say: (problem: string) => void): void {
  const { code } = (row['reason'] ?? {}) as { code?: string };
  const told = row['status'] === 'CANCELED' && code === 'REPLACEMENT_REFUSED';
  const waits = isNeverProvable && row['status'] === 'OUTCOME_UNKNOWN' && row['needs_attention'] === true;
  if (!told && !waits) say('I6 I11 its replacement is not at the venue');
}

/** Of one order at most one is open at the venue at any moment, and they come one after the other. */
function checkTurns(made: readonly BookedOrder[], say: (problem: string) => void): void {
  for (const [index, order] of made.entries()) {
    const next = made[index + 1];
    if (next !== undefined && (order.endedAt === null || order.endedAt > next.acceptedAt))
      say(`I1 two orders of one intent are open at once, ${order.venueId} and ${next.venueId}`);
  }
}

function checkFilled(row: Row, made: readonly BookedOrder[], say: (problem: string) => void): void {
  const lots = made.reduce((sum, order) => sum + order.filledLots, 0);
  const quote = made.reduce((sum, order) => sum + order.filledQuoteUnits, 0n);
  if (row['filled_lots'] !== lots)
    say(`I3 ${String(row['filled_lots'])} lots filled here, ${lots} at the venue`);
  if (row['cumulative_quote'] !== quote) say('I5 another value filled than at the venue');
}

function checkSame(row: Row, there: BookedOrder, say: (problem: string) => void): void {
  const status = row['status'] as string;
  const before = revisionsOf(row).at(-1)?.filledBefore ?? 0;
  const isFree = triggerOf(row) !== null || row['time_in_force'] === 'GTD';
  const differs = ([mine, theirs]: readonly unknown[]) => mine !== theirs;
  const terms = [
    [row['symbol'], there.symbol],
    [row['side'], there.side],
    [String(row['type']).replace(/^(TRAILING_STOP|STOP|TAKE_PROFIT)_/, ''), there.type],
    [row['lots'] === null ? null : (row['lots'] as number) - before, there.lots],
    [row['quote_amount'], there.quoteUnits],
    [row['price_ticks'], there.priceTicks],
    [isFree || row['time_in_force'], isFree || there.timeInForce],
  ];
  if (terms.some(differs)) say('I1 the venue has other terms than were asked for');
  if (row['venue_order_id'] !== there.venueId) say('I3 not filed under the venue’s id');
  // Ended, and filled to the last lot by what came after: both are how it ended.
  const isFull = status === 'FILLED' && there.filledLots === there.lots;
  // Its time was over, and a cancellation is how it ended there.
  const isTimely = status === 'EXPIRED' && there.state === 'CANCELED' && row['time_in_force'] === 'GTD';
  if (isOpen(there) ? !resting.has(status) : status !== there.state && !isFull && !isTimely) {
    say(`I6 I11 ${there.state} at the venue`);
  }
  if (row['needs_attention'] === true) say('I11 asks for a person without need');
}

/** As much was filled as new terms wanted when the order at the venue ended for them: nothing took its place. */
function isCut(row: Row, there: BookedOrder, { clients }: World): boolean {
  if (row['status'] !== 'FILLED' || there.state !== 'CANCELED') return false;
  const before = revisionsOf(row).at(-1)?.filledBefore ?? 0;
  if ((row['lots'] as number) - before !== there.filledLots) return false;
  const units = BigInt(row['lots'] as number) * (row['step_size'] as bigint);
  return clients.amends.some(
    ({ orderId, quantity }) =>
      orderId === row['order_id'] && quantity !== null && parseScaled(quantity) <= units,
  );
}

/** What is filled and what still rests is together what somebody asked for: at first, or with new terms. */
function checkAsked(
  row: Row,
  [first]: readonly OrderVersion[],
  { clients }: World,
  say: (problem: string) => void,
): void {
  if (row['lots'] === null || groupIdOf(row) !== null) return;
  const units = BigInt(row['lots'] as number) * (row['step_size'] as bigint);
  const asked = clients.amends.filter(({ orderId }) => orderId === row['order_id']);
  const isAsked = asked.some(({ quantity }) => quantity !== null && parseScaled(quantity) === units);
  if (!isAsked && first?.row['lots'] !== row['lots'])
    say(`I1 I11 ${String(row['lots'])} lots, and nobody asked for so much`);
}

/** Nothing of the venue's is unknown here. */
function checkKnown(order: BookedOrder, rows: readonly Row[]): string[] {
  const name = `${order.clientId || 'no id'} ${order.venueId} (${order.state} by ${order.by})`;
  const isOf = (row: Row) =>
    row['venue_order_id'] === order.venueId ||
    revisionsOf(row).some(({ venueOrderId }) => venueOrderId === order.venueId);
  const mine = rows.filter((row) => isOf(row) && row['symbol'] === order.symbol);
  if (order.by === 'PLATFORM') {
    const intents = rows.filter((row) => namesOf(row).has(order.clientId));
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
  // What the legs of a group set aside is looked at together.
  if (groupIdOf(row) !== null) return;
  const price = row['price_ticks'] as number | null;
  const needs = needsOf(row, row['lots'] as number, price, market);
  const amendment = amendmentIn(row);
  if (amendment === null) {
    if (price === null ? reserved < needs : reserved !== needs) say(`I9 ${reserved} set aside for ${needs}`);
    return;
  }
  const other = needsOf(row, amendment.lots, amendment.priceTicks, market);
  const most = other > needs ? other : needs;
  if (reserved < most) say(`I9 ${reserved} set aside for ${most} of an amendment`);
}

function needsOf(row: Row, lots: number, price: number | null, market: Market): bigint {
  const rest = BigInt(Math.max(0, lots - (row['filled_lots'] as number)));
  return row['side'] === 'SELL' ? rest * market.stepUnits : rest * BigInt(price ?? 0) * market.cellUnits;
}
