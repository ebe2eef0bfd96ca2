import { conditionsOf, groupIdOf, ordersOf, triggerOf } from './rows.js';
import type { Row } from './simulated-database.js';
import type { World } from './world.js';

type Say = (problem: string) => void;

const terminal = new Set(['RISK_DENIED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']);
/** A price that stood for less may have come and gone before anybody was told. */
const SEEN_MS = 25;
/** What was sent in time may still be under way. */
const SEND_MS = 50;
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** How often it is looked whether the rest is over. */
const LOOK_MS = 1_100;
/** From the end of all faults: an outage is noticed, an account is taken over, a cancellation is asked for again. */
const GRACE_MS = 15_000;

/** An order that the venue has not seen: it waits for its price, or ended before it came. */
export function checkWaiting(row: Row, world: World, say: Say): void {
  if (terminal.has(String(row['status']))) return;
  // On an account that does not agree with its venue nothing is sent, or sent again, whatever was touched.
  if (world.venue.books.withdrawn.size > 0) return;
  if (row['status'] !== 'CREATED') {
    if (row['needs_attention'] !== true) say('I6 I11 triggered, and the venue never had it');
    return;
  }
  const market = world.markets.get(row['symbol'] as string);
  if (market === undefined) return;
  const state = triggerOf(row)?.state;
  if (state === 'WAITING') return;
  const level = levelOf(row);
  if (level === null) return;
  const doubled = market.bidTicks + market.askTicks;
  const isTouched = level.upwards ? doubled >= 2 * level.ticks : doubled <= 2 * level.ticks;
  if ((isTouched || state === 'TOUCHED') && !isBarredForGood(row, world) && !restsAfterVain(row, world))
    say('I11 its trigger is touched, and it waits');
}

/** At a venue that proves no absence a leg may be there or not: until a person has looked, no other may leave. */
function isBarredForGood(row: Row, { database, schedule }: World): boolean {
  if (schedule.character.absenceProof !== 'NEVER' || groupIdOf(row) === null) return false;
  return database
    .rows('orders')
    .filter((leg) => groupIdOf(leg) === groupIdOf(row))
    .some((leg) => leg['status'] === 'OUTCOME_UNKNOWN' && leg['needs_attention'] === true);
}

/** A stop whose like found too little to trade with goes out again after a second, twice as long each time. */
function restsAfterVain(row: Row, { database, scheduler }: World): boolean {
  if (groupIdOf(row) === null) return false;
  const vain = database
    .rows('orders')
    .filter((leg) => groupIdOf(leg) === groupIdOf(row) && conditionsOf(leg)?.group?.leg === 'STOP_LOSS')
    .filter((leg) => leg['attempts'] !== 0 && (leg['status'] === 'EXPIRED' || leg['status'] === 'REJECTED'));
  if (vain.length === 0) return false;
  const last = Math.max(...vain.map((leg) => leg['closed_at'] as number));
  const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (vain.length - 1));
  return scheduler.trueWallMs + scheduler.wallOffsetMs - last < restMs + LOOK_MS;
}

/** The price that an order waits for; a trailing stop's once it trails. */
function levelOf(row: Row): { ticks: number; upwards: boolean } | null {
  const conditions = conditionsOf(row);
  const buys = row['side'] === 'BUY';
  if (row['type'] === 'TRAILING_STOP_MARKET') {
    const extreme = triggerOf(row)?.extremeTicks ?? null;
    const bps = conditions?.trailingBps ?? null;
    return extreme === null || bps === null ? null : { ticks: turnOf(buys, extreme, bps), upwards: buys };
  }
  if (row['type'] === 'LIMIT') return { ticks: row['price_ticks'] as number, upwards: !buys };
  const ticks = conditions?.stopTicks ?? null;
  return ticks === null ? null : { ticks, upwards: buys === String(row['type']).startsWith('STOP') };
}

/** Where a trailing stop stands, on the tick that is nearer to the market. */
function turnOf(buys: boolean, extreme: number, bps: number): number {
  const exact = (extreme * (10_000 + (buys ? bps : -bps))) / 10_000;
  return buys ? Math.floor(exact) : Math.ceil(exact);
}

/**
 * What an order follows is a price that the market has had since the order was made, and none that stood long was
 * better; it goes out at a price that had turned far enough.
 */
export function checkTrails({ database, prices, scheduler, markets, venue }: World): string[] {
  const problems: string[] = [];
  for (const row of database.rows('orders').filter(({ type }) => type === 'TRAILING_STOP_MARKET')) {
    const trigger = triggerOf(row);
    const bps = conditionsOf(row)?.trailingBps ?? null;
    if (trigger === null || bps === null || trigger.extremeTicks === null) continue;
    const say = (problem: string) => problems.push(`${problem}: ${String(row['client_order_id'])}`);
    const buys = row['side'] === 'BUY';
    const { extremeTicks: extreme, triggeredTicks } = trigger;
    const past = prices.past.filter(({ symbol }) => symbol === row['symbol']);
    // One that follows another of its group begins later; the price from before is the one it began with.
    const better = past.reduce(
      (best, { doubled }) => (buys ? Math.min(best, doubled) : Math.max(best, doubled)),
      2 * extreme,
    );
    if (!past.some(({ doubled }) => Math.abs(doubled - 2 * extreme) <= 1))
      say('I7 follows a price that the market never had');
    if (buys ? 2 * extreme < better - 1 : 2 * extreme > better + 1) say('I7 follows better than there was');
    const turn = turnOf(buys, extreme, bps);
    if (trigger.state === 'TRIGGERED' && triggeredTicks !== null) {
      if (buys ? triggeredTicks < turn : triggeredTicks > turn)
        say(`I7 triggered at ${triggeredTicks}, and its turn is at ${turn}`);
    }
    const market = markets.get(row['symbol'] as string);
    const standsMs = scheduler.nowMs - (past.at(-1)?.atMs ?? 0);
    if (row['status'] !== 'CREATED' || trigger.state !== 'ARMED' || market === undefined) continue;
    if (venue.books.withdrawn.size > 0 || standsMs < SEEN_MS) continue;
    const doubled = market.bidTicks + market.askTicks;
    if (buys ? doubled < 2 * extreme - 1 : doubled > 2 * extreme + 1) say('I11 does not follow the market');
  }
  return problems;
}

/** GTD: nothing is sent past the end, nothing fills once the end could be told, and the end comes. */
export function checkTimes(world: World): string[] {
  const { database, scheduler, venue, schedule } = world;
  // Whose clock is right is a question of its own.
  if (schedule.commands.some(({ kind }) => kind === 'clockJump')) return [];
  const problems: string[] = [];
  for (const row of database.rows('orders')) {
    const expiresAt = conditionsOf(row)?.expiresAt ?? null;
    if (expiresAt === null || row['origin'] !== 'SEXTANT') continue;
    const endMs = expiresAt - (scheduler.trueWallMs - scheduler.nowMs);
    const say = (problem: string) => problems.push(`${problem}: ${String(row['client_order_id'])}`);
    const late = venue.sent.find((sent) => sent.orderId === row['order_id'] && sent.atMs > endMs + SEND_MS);
    if (late !== undefined) say(`I7 sent ${late.atMs - endMs} ms after its end`);
    const calmMs = Math.max(world.calmMs, endMs) + GRACE_MS;
    const made = ordersOf(row, world);
    const ids = new Set(made.map(({ venueId }) => venueId));
    const isIts = (symbol: string, venueId: string) => symbol === row['symbol'] && ids.has(venueId);
    const after = venue.books.trades.find(
      ({ symbol, venueId, at }) => isIts(symbol, venueId) && at > expiresAt + (calmMs - endMs),
    );
    if (after !== undefined) say('I7 filled long after its end');
    if (scheduler.nowMs > calmMs && made.some(({ endedAt }) => endedAt === null)) say('I11 outlives its end');
  }
  return problems;
}
