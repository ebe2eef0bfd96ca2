import type { Random } from './random.js';

export type Side = 'BUY' | 'SELL';
/** Orders that wait at ours for a price. */
export type HeldType =
  'STOP_MARKET' | 'STOP_LIMIT' | 'TAKE_PROFIT_MARKET' | 'TAKE_PROFIT_LIMIT' | 'TRAILING_STOP_MARKET';

export interface PlaceCommand {
  kind: 'place';
  symbol: string;
  side: Side;
  type: 'MARKET' | 'LIMIT' | HeldType;
  timeInForce: 'GTC' | 'IOC' | 'FOK' | 'GTD' | null;
  postOnly: boolean;
  lots: number;
  /** For an amount of quote instead of a quantity. */
  byQuote: boolean;
  /** How many ticks a limit price is off the market, away from it; negative beyond it. */
  awayTicks: number;
  /** How far the trigger of an order that waits is off the market. */
  stopTicks: number;
  keyed: boolean;
  named: boolean;
  waitMs: number;
  /** Distance of a trailing stop, in basis points. */
  trailingBps?: number;
  /** GTD: how long it is to live. */
  lifeMs?: number;
  group?: DrawnGroup;
}

/** The orders beside the first one: ticks off the market. */
export interface DrawnGroup {
  type: 'OCO' | 'OTO' | 'BRACKET';
  stop: { type: 'STOP_MARKET' | 'STOP_LIMIT' | 'TRAILING_STOP_MARKET'; ticks: number } | null;
  target: { type: 'LIMIT' | 'TAKE_PROFIT_MARKET'; ticks: number } | null;
}

export interface AmendCommand {
  kind: 'amend';
  of: number;
  /** New total in parts of the old one; null leaves it. */
  part: number | null;
  /** By how much the price moves; null leaves it. */
  ticks: number | null;
  expects: boolean;
  waitMs: number;
}

export interface BatchCommand {
  kind: 'batch';
  orders: PlaceCommand[];
  cancels: number[];
  keyed: boolean;
}

export const symbols = ['BTC/USDT', 'ETH/USDT'] as const;

/** Enough to reach the other side of the book. */
const CROSSING_TICKS = -200;
const heldTypes = [
  'STOP_MARKET',
  'STOP_LIMIT',
  'TAKE_PROFIT_MARKET',
  'TAKE_PROFIT_LIMIT',
  'TRAILING_STOP_MARKET',
] as const;

export function drawPlace(random: Random): PlaceCommand {
  const type = random.chance(0.25) ? random.pick(heldTypes) : random.chance(0.7) ? 'LIMIT' : 'MARKET';
  const side = random.pick(['BUY', 'SELL'] as const);
  const timeInForce =
    type === 'LIMIT' ? random.pick([null, null, null, 'GTC', 'IOC', 'FOK', 'GTD'] as const) : null;
  const place: PlaceCommand = {
    kind: 'place',
    symbol: random.pick(symbols),
    side,
    type,
    timeInForce,
    postOnly: type === 'LIMIT' && (timeInForce ?? 'GTC') === 'GTC' && random.chance(0.15),
    lots: random.int(20, 3_000),
    byQuote: type === 'MARKET' && side === 'BUY' && random.chance(0.3),
    awayTicks: random.chance(0.4) ? CROSSING_TICKS : random.int(0, 40_000),
    stopTicks: random.int(20, 900),
    keyed: random.chance(0.8),
    named: random.chance(0.4),
    waitMs: random.pick([0, 50, 400, 2_000]),
  };
  if (type === 'TRAILING_STOP_MARKET') place.trailingBps = random.pick([1, 1, 2, 5]);
  if (timeInForce === 'GTD') place.lifeMs = random.pick([1_200, 2_000, 5_000, 12_000]);
  return random.chance(0.16) ? inGroup(place, random) : place;
}

/** The same as the first order of a group. */
function inGroup(place: PlaceCommand, random: Random): PlaceCommand {
  const { lifeMs: _, trailingBps: __, ...first } = place;
  const type = random.pick(['OCO', 'BRACKET', 'BRACKET', 'OTO'] as const);
  const stopTypes = ['STOP_MARKET', 'STOP_MARKET', 'STOP_LIMIT', 'TRAILING_STOP_MARKET'] as const;
  const stop = { type: random.pick(stopTypes), ticks: random.int(50, 1_500) };
  const target = {
    type: random.pick(['LIMIT', 'LIMIT', 'TAKE_PROFIT_MARKET'] as const),
    ticks: random.int(50, 1_500),
  };
  const lots = random.int(50, 1_500);
  const plain = { ...first, lots, byQuote: false, postOnly: false, timeInForce: null };
  if (type === 'OCO') {
    const awayTicks = random.int(50, 1_500);
    return { ...plain, type: 'LIMIT', awayTicks, group: { type, stop, target: null } };
  }
  const entry = { ...plain, side: 'BUY', type: random.pick(['LIMIT', 'MARKET'] as const) } as const;
  if (type === 'BRACKET') return { ...entry, group: { type, stop, target } };
  return {
    ...entry,
    group: { type, ...(random.chance(0.6) ? { stop, target: null } : { stop: null, target }) },
  };
}

export function drawAmend(random: Random, of: number): AmendCommand {
  const part = random.pick([null, 0.3, 0.6, 0.9, 1.3, 2]);
  const ticks = part === null || random.chance(0.5) ? random.int(-4_000, 4_000) : null;
  const waitMs = random.pick([0, 100, 1_000]);
  return { kind: 'amend', of: of % 3, part, ticks, expects: random.chance(0.2), waitMs };
}

export function drawBatch(random: Random, of: number): BatchCommand {
  const orders = Array.from({ length: random.int(1, 4) }, () => drawPlace(random));
  return { kind: 'batch', orders, cancels: random.chance(0.3) ? [of] : [], keyed: random.chance(0.7) };
}
