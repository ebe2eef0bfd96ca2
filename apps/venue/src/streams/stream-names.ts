import { isInterval } from '../market/candle-intervals.js';

export type Product = 'SPOT' | 'FUTURES';

export type StreamKind =
  | 'trade'
  | 'aggTrade'
  | 'kline'
  | 'miniTicker'
  | 'ticker'
  | 'bookTicker'
  | 'avgPrice'
  | 'depth'
  | 'partialDepth'
  | 'markPrice'
  | 'forceOrder';

/** A stream as its name says it. `symbol` is null for the ones of the whole market. */
export interface StreamName {
  /** As the client wrote it: combined frames carry it back. */
  name: string;
  kind: StreamKind;
  symbol: string | null;
  interval: string;
  levels: number;
  /** Pause between two frames, 0 for the ones that follow each event. */
  everyMs: number;
  /** Shift of a candle's day against UTC. */
  offsetMs: number;
}

const EIGHT_HOURS_MS = 8 * 60 * 60_000;
const DEPTH_SPEEDS: Record<Product, Record<string, number>> = {
  SPOT: { '': 1000, '@1000ms': 1000, '@100ms': 100 },
  FUTURES: { '': 250, '@500ms': 500, '@250ms': 250, '@100ms': 100, '@0ms': 50 },
};
/** `!ticker@arr` was taken off the spot list in 2026. */
const WHOLE_MARKET: Record<Product, Record<string, [StreamKind, number]>> = {
  SPOT: { '!miniTicker@arr': ['miniTicker', 1000] },
  FUTURES: {
    '!miniTicker@arr': ['miniTicker', 1000],
    '!ticker@arr': ['ticker', 1000],
    '!bookTicker': ['bookTicker', 0],
    '!markPrice@arr': ['markPrice', 3000],
    '!markPrice@arr@1s': ['markPrice', 1000],
    '!forceOrder@arr': ['forceOrder', 0],
  },
};
const SIMPLE: Record<Product, Record<string, [StreamKind, number]>> = {
  SPOT: {
    trade: ['trade', 0],
    aggTrade: ['aggTrade', 0],
    bookTicker: ['bookTicker', 0],
    miniTicker: ['miniTicker', 1000],
    ticker: ['ticker', 1000],
    avgPrice: ['avgPrice', 1000],
  },
  FUTURES: {
    // Not documented for futures, but served, and what ccxt subscribes to when asked for single trades.
    trade: ['trade', 0],
    aggTrade: ['aggTrade', 0],
    bookTicker: ['bookTicker', 0],
    miniTicker: ['miniTicker', 1000],
    ticker: ['ticker', 1000],
    markPrice: ['markPrice', 3000],
    'markPrice@1s': ['markPrice', 1000],
    forceOrder: ['forceOrder', 0],
  },
};

/** @returns null for what no stream is called. Whether the symbol exists is not asked, as the venue does not either. */
export function parseStreamName(product: Product, name: string): StreamName | null {
  const base = { name, symbol: null, interval: '', levels: 0, offsetMs: 0 };
  const whole = WHOLE_MARKET[product][name];
  if (whole) return { ...base, kind: whole[0], everyMs: whole[1] };
  const match = /^([a-z0-9_]{1,30})@(.{1,40})$/.exec(name);
  if (match === null) return null;
  const symbol = match[1]!.toUpperCase();
  const rest = match[2]!;
  const simple = SIMPLE[product][rest];
  if (simple) return { ...base, symbol, kind: simple[0], everyMs: simple[1] };
  return parseKline({ ...base, symbol }, rest) ?? parseDepth(product, { ...base, symbol }, rest);
}

type Base = Omit<StreamName, 'kind' | 'everyMs'>;

function parseKline(base: Base, rest: string): StreamName | null {
  const match = /^kline_(\d{1,2}[smhdwM])(@\+08:00)?$/.exec(rest);
  if (match === null || !isInterval(match[1]!)) return null;
  const interval = match[1]!;
  const offsetMs = match[2] ? EIGHT_HOURS_MS : 0;
  return { ...base, kind: 'kline', interval, offsetMs, everyMs: interval === '1s' ? 1000 : 2000 };
}

function parseDepth(product: Product, base: Base, rest: string): StreamName | null {
  const match = /^depth(5|10|20)?(@\d{1,4}ms)?$/.exec(rest);
  const everyMs = match ? DEPTH_SPEEDS[product][match[2] ?? ''] : undefined;
  if (match === null || everyMs === undefined) return null;
  return match[1]
    ? { ...base, kind: 'partialDepth', levels: Number(match[1]), everyMs }
    : { ...base, kind: 'depth', everyMs };
}
