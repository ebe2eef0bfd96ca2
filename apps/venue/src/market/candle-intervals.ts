import { floorTo, type Candle, type CandleSeries } from './candle-series.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Binance's weeks begin on Monday; the epoch was a Thursday. */
const MONDAY = 4 * DAY;

const WIDTHS: Readonly<Record<string, number>> = {
  '1s': 1000,
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '2h': 2 * HOUR,
  '4h': 4 * HOUR,
  '6h': 6 * HOUR,
  '8h': 8 * HOUR,
  '12h': 12 * HOUR,
  '1d': DAY,
  '3d': 3 * DAY,
  '1w': 7 * DAY,
  '1M': 30 * DAY,
};

export const CANDLE_INTERVALS: readonly string[] = Object.keys(WIDTHS);

export function isInterval(text: string): boolean {
  return Object.hasOwn(WIDTHS, text);
}

/** When the candle of that interval that holds `at` opened. `offsetMs` shifts the days' beginning east of UTC. */
export function openOf(interval: string, at: number, offsetMs = 0): number {
  const local = at + offsetMs;
  if (interval === '1M') {
    const date = new Date(local);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) - offsetMs;
  }
  if (interval === '1w') return floorTo(local - MONDAY, 7 * DAY) + MONDAY - offsetMs;
  return floorTo(local, WIDTHS[interval]!) - offsetMs;
}

/** Open of the following candle; a candle's close time is one millisecond earlier. */
export function nextOpenOf(interval: string, openAt: number, offsetMs = 0): number {
  if (interval !== '1M') return openAt + WIDTHS[interval]!;
  const date = new Date(openAt + offsetMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - offsetMs;
}

export interface CandleWindow {
  interval: string;
  /** First open time that counts. */
  from?: number;
  /** Last open time that counts. */
  to?: number;
  limit: number;
  offsetMs?: number;
}

/**
 * Candles of any interval out of a finer series, oldest first. Without `from` the newest `limit`, with it the oldest
 * from there on, as Binance pages.
 */
export function candlesOf(series: CandleSeries, window: CandleWindow): Candle[] {
  const { interval, limit, offsetMs = 0 } = window;
  const from = window.from ?? -Infinity;
  const to = window.to ?? Infinity;
  const result: Candle[] = [];
  for (const part of series.candles) {
    const openAt = openOf(interval, part.openAt, offsetMs);
    if (openAt < from) continue;
    if (openAt > to) break;
    const last = result.at(-1);
    if (last?.openAt === openAt) {
      merge(last, part);
      continue;
    }
    if (window.from !== undefined && result.length === limit) break;
    result.push({ ...part, openAt });
  }
  return result.slice(-limit);
}

/** Adds a later part to a candle. */
export function merge(candle: Candle, part: Candle): void {
  candle.high = Math.max(candle.high, part.high);
  candle.low = Math.min(candle.low, part.low);
  candle.close = part.close;
  candle.lots += part.lots;
  candle.quote += part.quote;
  candle.trades += part.trades;
  candle.takerLots += part.takerLots;
  candle.takerQuote += part.takerQuote;
  if (candle.firstId === -1) candle.firstId = part.firstId;
  if (part.lastId !== -1) candle.lastId = part.lastId;
}
