import type { ConditionsRequest, GroupRequest, OrderRequest } from '@sextant/execution';
import type { AmendCommand, DrawnGroup, PlaceCommand } from './draw-orders.js';
import type { AmendTerms } from './simulated-clients.js';
import type { Row } from './simulated-database.js';
import type { Market } from './venue-books.js';
import type { World } from './world.js';

/** A drawn order as a client asks for it, against the market as it is. */
export function requestOf(command: PlaceCommand, world: World, name: string): OrderRequest {
  const { symbol, side, type, timeInForce, postOnly, lots, byQuote, awayTicks, named } = command;
  const market = marketOf(symbol, world);
  const ticks = side === 'BUY' ? market.bidTicks - awayTicks : market.askTicks + awayTicks;
  const quote = BigInt(lots) * BigInt(market.askTicks) * market.cellUnits;
  return {
    symbol,
    side,
    type,
    quantity: byQuote ? null : decimal(BigInt(lots) * market.stepUnits),
    quoteQuantity: byQuote ? decimal(quote) : null,
    price: type.endsWith('LIMIT') ? priceOf(ticks) : null,
    timeInForce,
    postOnly,
    clientOrderId: named ? `mine-${name}` : null,
    strategy: null,
    // Makes every request another one.
    tags: [name],
    conditions: conditionsOf(command, market, world),
  };
}

/** The orders that a drawn one is the first of. */
export function groupOf(
  { group, side, symbol }: PlaceCommand,
  first: OrderRequest,
  world: World,
): GroupRequest | null {
  if (group === undefined) return null;
  const market = marketOf(symbol, world);
  const exit = group.type === 'OCO' ? side : 'SELL';
  const legs = [stopLeg(group, exit, market), targetLeg(group, exit, market)];
  const others = legs.flatMap((leg, index) =>
    leg === null ? [] : [{ request: { ...first, ...plain, ...leg }, pointer: `/legs/${index}` }],
  );
  return { type: group.type, others };
}

const plain = { quantity: null, clientOrderId: null, postOnly: false, timeInForce: null } as const;
const none: ConditionsRequest = {
  stopPrice: null,
  trailingDelta: null,
  trailingPercent: null,
  triggerBy: null,
  expireTime: null,
  displayQuantity: null,
  reduceOnly: false,
};

/** A stop waits on the far side of the market: below it for a sale. */
function stopLeg({ stop }: DrawnGroup, side: 'BUY' | 'SELL', market: Market): Partial<OrderRequest> | null {
  if (stop === null) return null;
  const { type, ticks } = stop;
  const at = side === 'SELL' ? market.bidTicks - ticks : market.askTicks + ticks;
  const limit = side === 'SELL' ? at - 100 : at + 100;
  const trails = type === 'TRAILING_STOP_MARKET';
  const conditions = trails
    ? { ...none, trailingDelta: 1 + (ticks % 10) }
    : { ...none, stopPrice: priceOf(at) };
  return { side, type, price: type === 'STOP_LIMIT' ? priceOf(limit) : null, conditions };
}

function targetLeg(
  { target }: DrawnGroup,
  side: 'BUY' | 'SELL',
  market: Market,
): Partial<OrderRequest> | null {
  if (target === null) return null;
  const { type, ticks } = target;
  const at = side === 'SELL' ? market.askTicks + ticks : market.bidTicks - ticks;
  if (type === 'LIMIT') return { side, type, price: priceOf(at), conditions: null };
  return { side, type, price: null, conditions: { ...none, stopPrice: priceOf(at) } };
}

/** Null for an order that goes to the venue at once. */
function conditionsOf(command: PlaceCommand, market: Market, world: World): OrderRequest['conditions'] {
  const { type, side, stopTicks, trailingBps, lifeMs } = command;
  if (lifeMs !== undefined) {
    const { trueWallMs, wallOffsetMs } = world.scheduler;
    return { ...none, expireTime: trueWallMs + wallOffsetMs + lifeMs };
  }
  if (type === 'MARKET' || type === 'LIMIT') return null;
  if (trailingBps !== undefined) return { ...none, trailingDelta: trailingBps };
  // A stop waits on the far side of the market, a take-profit on the near one.
  const isAbove = (side === 'BUY') === type.startsWith('STOP');
  const ticks = isAbove ? market.askTicks + stopTicks : market.bidTicks - stopTicks;
  return { ...none, stopPrice: priceOf(ticks) };
}

/** New terms for an order as its row shows it now. */
export function amendmentOf({ part, ticks, expects }: AmendCommand, row: Row): AmendTerms {
  const lots = row['lots'] as number | null;
  const price = row['price_ticks'] as number | null;
  const step = row['step_size'] as bigint;
  const total = part === null || lots === null ? null : Math.max(1, Math.floor(lots * part));
  return {
    quantity: total === null ? null : decimal(BigInt(total) * step),
    price: ticks === null || price === null ? null : priceOf(Math.max(1, price + ticks)),
    expectedFilledQuantity: expects ? decimal(BigInt(row['filled_lots'] as number) * step) : null,
  };
}

function marketOf(symbol: string, { markets }: World): Market {
  const market = markets.get(symbol);
  if (market === undefined) throw new Error(`no market ${symbol}`);
  return market;
}

function priceOf(ticks: number): string {
  return decimal(BigInt(ticks) * 10n ** 16n);
}

function decimal(units: bigint): string {
  const digits = units.toString().padStart(19, '0');
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, '');
}
