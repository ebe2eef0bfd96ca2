import type { EpochMs, Side } from '@sextant/kernel';
import type {
  BookLevel,
  CandleInterval,
  VenueBook,
  VenueCandle,
  VenueTicker,
  VenueTrade,
} from '../../domain/venue-market-data.js';
import { formatScaled } from '@sextant/kernel';
import { UnreadableAnswer } from './exact-json.js';
import {
  amountUnitsOf,
  fieldsOf,
  listOf,
  lotsOf,
  textOf,
  ticksOf,
  timeOf,
  plainNumber,
} from './exact-values.js';
import type { CcxtInstrument } from './venue-profile.js';

const MINUTE_MS = 60_000;
const INTERVAL_MS: Readonly<Record<Exclude<CandleInterval, '1M'>, number>> = {
  '1s': 1_000,
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '2h': 120 * MINUTE_MS,
  '4h': 240 * MINUTE_MS,
  '6h': 360 * MINUTE_MS,
  '8h': 480 * MINUTE_MS,
  '12h': 720 * MINUTE_MS,
  '1d': 1_440 * MINUTE_MS,
  '3d': 4_320 * MINUTE_MS,
  '1w': 10_080 * MINUTE_MS,
};

/** The open time of the candle after the one that opens at `openTime`. */
export function closeTimeOf(openTime: EpochMs, interval: CandleInterval): EpochMs {
  if (interval !== '1M') return openTime + INTERVAL_MS[interval];
  const open = new Date(openTime);
  return Date.UTC(open.getUTCFullYear(), open.getUTCMonth() + 1, 1);
}

/** The end of a page of candles from `from` on: asked for more, venues answer the latest of a range, not the first. */
export function pageEndOf(from: EpochMs, interval: CandleInterval, limit: number): EpochMs {
  if (interval !== '1M') return from + limit * INTERVAL_MS[interval];
  let end = from;
  for (let count = 0; count < limit; count += 1) end = closeTimeOf(end, interval);
  return end;
}

/** `[ms, open, high, low, close, volume]`. Closed once the venue's clock is past its end. */
export function readCandle(value: unknown, interval: CandleInterval, venueNow: EpochMs): VenueCandle {
  const row = listOf(value, 'candle', 8);
  const openTime = timeOf(row[0], 'open time');
  const [open, high, low, close, volume] = [1, 2, 3, 4, 5].map((index) =>
    amountUnitsOf(row[index], 'candle'),
  );
  if (low! > open! || low! > close! || high! < open! || high! < close! || low === 0n) {
    throw new UnreadableAnswer('a candle whose high or low is not');
  }
  const closeTime = closeTimeOf(openTime, interval);
  return {
    openTime,
    closeTime,
    open: formatScaled(open!),
    high: formatScaled(high!),
    low: formatScaled(low!),
    close: formatScaled(close!),
    volume: formatScaled(volume!),
    trades: null,
    closed: closeTime <= venueNow,
  };
}

export function readTrade(value: unknown, { instrument, contractUnits }: CcxtInstrument): VenueTrade {
  const trade = fieldsOf(value, 'trade');
  return {
    venueTradeId: textOf(trade['id'], 'trade id'),
    symbol: instrument.symbol.toString(),
    priceTicks: ticksOf(trade['price'], instrument, 'price'),
    lots: lotsOf(trade['amount'], instrument, 'amount', contractUnits),
    aggressor: aggressorOf(trade['side']),
    executedAt: timeOf(trade['timestamp'], 'time'),
  };
}

/** ccxt tells the taker's side of a public trade. */
function aggressorOf(side: unknown): Side | null {
  return side === 'buy' ? 'BUY' : side === 'sell' ? 'SELL' : null;
}

/** Bids fall, asks rise, no level is empty. A book that crosses is passed on: the mark for it is the reader's to set. */
export function readBook(value: unknown, entry: CcxtInstrument, depth: number, now: EpochMs): VenueBook {
  const book = fieldsOf(value, 'book');
  const { nonce, timestamp } = book;
  const sequence = typeof nonce === 'string' && /^\d{1,16}$/.test(nonce) ? Number(nonce) : nonce;
  return {
    symbol: entry.instrument.symbol.toString(),
    sequence: typeof sequence === 'number' && Number.isSafeInteger(sequence) ? sequence : null,
    bids: levels(book['bids'], entry, depth, -1),
    asks: levels(book['asks'], entry, depth, 1),
    asOf: timestamp === undefined || timestamp === null ? now : timeOf(timestamp, 'time'),
  };
}

function levels(value: unknown, entry: CcxtInstrument, depth: number, rising: 1 | -1): BookLevel[] {
  const { instrument, contractUnits } = entry;
  const read: BookLevel[] = [];
  for (const row of listOf(value, 'levels', 20_000)) {
    if (read.length >= depth) break;
    const level = row as readonly unknown[];
    const ticks = ticksOf(plainNumber(level[0]), instrument, 'price');
    const lots = lotsOf(plainNumber(level[1]), instrument, 'size', contractUnits);
    const last = read.at(-1);
    if (last !== undefined && (ticks - last[0]) * rising <= 0)
      throw new UnreadableAnswer('levels out of order');
    if (lots > 0) read.push([ticks, lots]);
  }
  return read;
}

export function readTicker(value: unknown, entry: CcxtInstrument, now: EpochMs): VenueTicker {
  const ticker = fieldsOf(value, 'ticker');
  const { instrument, contractUnits } = entry;
  const told = (name: string) => (ticker[name] === undefined || ticker[name] === null ? null : ticker[name]);
  const ticks = (name: string) => (told(name) === null ? null : ticksOf(ticker[name], instrument, name));
  const lots = (name: string) =>
    told(name) === null ? null : lotsOf(ticker[name], instrument, name, contractUnits);
  return {
    symbol: instrument.symbol.toString(),
    bidTicks: ticks('bid'),
    bidLots: lots('bidVolume'),
    askTicks: ticks('ask'),
    askLots: lots('askVolume'),
    lastTicks: ticks('last'),
    asOf: told('timestamp') === null ? now : timeOf(ticker['timestamp'], 'time'),
  };
}
