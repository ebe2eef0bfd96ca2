import { conditionsOf, groupIdOf, ordersOf, triggerOf } from './rows.js';
import type { OrderVersion, Row } from './simulated-database.js';
import type { BookedOrder, Market, Trade } from './venue-books.js';
import type { World } from './world.js';

const terminal = new Set(['RISK_DENIED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']);

/** One leg that was at the venue, and in which order of the group. */
interface Turn {
  row: Row;
  order: BookedOrder;
}

/** Orders that belong together: never two at the venue, never more out than in, set aside once. */
export function checkGroups(world: World): string[] {
  const { database } = world;
  const grouped = database.rows('orders').filter((row) => groupIdOf(row) !== null);
  const problems: string[] = [];
  for (const [groupId, legs] of Map.groupBy(grouped, groupIdOf)) {
    const names = legs.map(
      (row) => `${legOf(row)} ${String(row['client_order_id'])} ${String(row['status'])}`,
    );
    const say = (problem: string) => problems.push(`${problem}: ${groupId ?? ''} (${names.join(', ')})`);
    checkTurns(legs, world, say);
    checkSizes(legs, world, say);
    checkSetAside(legs, world, say);
    checkEnd(legs, world, say);
  }
  return problems;
}

function checkTurns(legs: readonly Row[], world: World, say: (problem: string) => void): void {
  const turns = legs
    .flatMap((row) => ordersOf(row, world).map((order): Turn => ({ row, order })))
    .sort((one, other) => one.order.acceptedAt - other.order.acceptedAt);
  for (const [index, { order, row }] of turns.entries()) {
    for (const next of turns.slice(index + 1)) {
      if (order.endedAt === null || order.endedAt > next.order.acceptedAt)
        say(
          `I1 ${legOf(row)} ${order.venueId} and ${legOf(next.row)} ${next.order.venueId} at the venue at once`,
        );
    }
  }
}

/**
 * When an exit leaves, it and what the exits have filled by then are no more than the entry has filled, less a fee
 * taken out of it. What was matched before an end and told after it is nobody's doing.
 */
function checkSizes(legs: readonly Row[], world: World, say: (problem: string) => void): void {
  const { venue } = world;
  const exits = legs.filter((row) => legOf(row) !== 'ENTRY');
  const ids = new Set(exits.map((row) => row['order_id']));
  for (const { orderId, lots, atMs, clientOrderId } of venue.sent) {
    if (!ids.has(orderId) || lots === null) continue;
    const out = tradesOf(exits, world).filter(({ at, late }) => !late && sinceStart(at, world) < atMs);
    const most = mostLots(legs, world, atMs);
    const gone = sum(out.filter(({ clientId }) => clientId !== clientOrderId));
    if (gone + lots > most) say(`I1 ${clientOrderId} for ${lots} leaves, ${gone} of ${most} are out`);
  }
  const filled = sum(tradesOf(exits, world).filter(({ late }) => !late));
  const most = mostLots(legs, world, Infinity);
  if (filled > most) say(`I1 ${filled} lots out of ${most}`);
}

/** What the exits of a group may fill together, as far as the venue has traded by then. */
function mostLots(legs: readonly Row[], world: World, untilMs: number): number {
  const entry = legs.find((row) => legOf(row) === 'ENTRY');
  const [first] = legs;
  if (first === undefined) return 0;
  if (entry === undefined) return conditionsOf(first)?.group?.lots ?? 0;
  const market = world.markets.get(entry['symbol'] as string) as Market;
  const bought = tradesOf([entry], world).filter(({ at }) => sinceStart(at, world) <= untilMs);
  const fees = bought.reduce(
    (units, { feeAsset, feeUnits }) => (feeAsset === market.base ? units + feeUnits : units),
    0n,
  );
  const left = BigInt(sum(bought)) * market.stepUnits - (fees > 0n ? fees : 0n);
  return Number(left / market.stepUnits);
}

/** At most one exit carries what all of them need; a sale what is left to sell. */
function checkSetAside(
  legs: readonly Row[],
  { database, markets }: World,
  say: (problem: string) => void,
): void {
  const exits = new Set(legs.filter((row) => legOf(row) !== 'ENTRY').map((row) => row['order_id']));
  const now = new Map<unknown, Row>();
  const versions = database.versions.filter(({ row }) => exits.has(row['order_id']));
  for (const [index, { row, atMs }] of versions.entries()) {
    now.set(row['order_id'], row);
    // A commit is one moment.
    if ((versions[index + 1] as OrderVersion | undefined)?.atMs === atMs) continue;
    const carriers = [...now.values()].filter(({ reserved }) => (reserved as bigint) > 0n);
    if (carriers.length > 1) say(`I9 set aside ${carriers.length} times at ${atMs}`);
    const market = markets.get(row['symbol'] as string);
    const [carrier] = carriers;
    if (carrier === undefined || market === undefined || carrier['side'] !== 'SELL') continue;
    const rest = BigInt((carrier['lots'] as number) - (carrier['filled_lots'] as number));
    if ((carrier['reserved'] as bigint) < rest * market.stepUnits)
      say(`I9 less set aside than ${legOf(carrier)} needs at ${atMs}`);
  }
}

/** Where all that was to be closed is closed, nothing waits; and nothing waits for an entry that is over. */
function checkEnd(legs: readonly Row[], world: World, say: (problem: string) => void): void {
  const entry = legs.find((row) => legOf(row) === 'ENTRY');
  const exits = legs.filter((row) => legOf(row) !== 'ENTRY');
  const waiting = exits.filter((row) => !terminal.has(String(row['status'])));
  if (waiting.length === 0) return;
  const over = entry !== undefined && terminal.has(String(entry['status']));
  if (over && waiting.some((row) => triggerOf(row)?.state === 'WAITING'))
    say('I11 waits for an entry that is over');
  if (sum(tradesOf(exits, world)) >= mostLots(legs, world, Infinity) && (entry === undefined || over))
    say('I11 nothing is left for it, and it lives');
}

function tradesOf(legs: readonly Row[], world: World): Trade[] {
  const orders = legs.flatMap((row) => ordersOf(row, world));
  return world.venue.books.trades.filter((trade) =>
    orders.some(({ venueId, symbol }) => venueId === trade.venueId && symbol === trade.symbol),
  );
}

function sum(trades: readonly Trade[]): number {
  return trades.reduce((lots, trade) => lots + trade.lots, 0);
}

function sinceStart(at: number, { scheduler }: World): number {
  return at - (scheduler.trueWallMs - scheduler.nowMs);
}

function legOf(row: Row): string {
  return conditionsOf(row)?.group?.leg ?? '';
}
