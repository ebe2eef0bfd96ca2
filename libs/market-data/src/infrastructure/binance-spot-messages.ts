import type { Instrument, Side } from '@sextant/kernel';
import type { DepthSnapshot, DepthUpdate, Tick, Trade } from '../domain/market-events.js';

/** A frame that was understood; ids and times are the venue's own. `eventTime` is null where it sends none. */
export type BinanceMessage =
  | { kind: 'SNAPSHOT'; value: Omit<DepthSnapshot, 'receivedAt'> }
  | { kind: 'UPDATE'; value: Omit<DepthUpdate, 'receivedAt'>; eventTime: number }
  | { kind: 'TICK'; value: Omit<Tick, 'receivedAt'> }
  | { kind: 'TRADE'; value: Trade & { tradeId: number }; eventTime: number };

/** Why a frame was not used. */
export type FrameFault = 'NOT_JSON' | 'UNKNOWN_FRAME' | 'OTHER_SYMBOL' | 'BAD_NUMBER';

const PLAIN = /^(\d{1,12})(?:\.(\d{1,8}))?$/;
const SCALE = 100_000_000;

/**
 * Reads frames of Binance spot for one market: combined streams `depth`, `bookTicker`, `trade`, and a REST depth
 * snapshot. Decimals are read digit by digit into ticks and lots; a price off the grid, a sign, or anything not plain
 * refuses the whole frame, because half an update is a wrong book.
 */
export class BinanceSpotDecoder {
  private readonly symbol: string;
  private readonly venueSymbol: string;
  private readonly tick: number;
  private readonly step: number;

  constructor(instrument: Instrument) {
    this.symbol = instrument.symbol.toString();
    this.venueSymbol = instrument.symbol.compact;
    this.tick = gridOf(instrument.tickUnits);
    this.step = gridOf(instrument.stepUnits);
  }

  decode(text: string): BinanceMessage | FrameFault {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return 'NOT_JSON';
    }
    if (!isRecord(frame)) return 'UNKNOWN_FRAME';
    if ('lastUpdateId' in frame) return this.snapshot(frame);
    const data = frame['data'];
    if (!isRecord(data) || typeof frame['stream'] !== 'string') return 'UNKNOWN_FRAME';
    if (data['s'] !== this.venueSymbol) return 'OTHER_SYMBOL';
    if (data['e'] === 'depthUpdate') return this.update(data);
    if (data['e'] === 'trade') return this.trade(data);
    return frame['stream'].endsWith('@bookTicker') ? this.ticker(data) : 'UNKNOWN_FRAME';
  }

  private snapshot(frame: Record<string, unknown>): BinanceMessage | FrameFault {
    const sequence = frame['lastUpdateId'];
    const bids = this.levels(frame['bids']);
    const asks = this.levels(frame['asks']);
    if (!isId(sequence) || bids === null || asks === null) return 'BAD_NUMBER';
    return { kind: 'SNAPSHOT', value: { symbol: this.symbol, sequence, bids, asks } };
  }

  private update(data: Record<string, unknown>): BinanceMessage | FrameFault {
    const { U: firstId, u: lastId, E: eventTime } = data;
    const bids = this.levels(data['b']);
    const asks = this.levels(data['a']);
    if (!isId(firstId) || !isId(lastId) || !isId(eventTime) || firstId > lastId) return 'BAD_NUMBER';
    if (bids === null || asks === null) return 'BAD_NUMBER';
    return { kind: 'UPDATE', value: { symbol: this.symbol, firstId, lastId, bids, asks }, eventTime };
  }

  private ticker(data: Record<string, unknown>): BinanceMessage | FrameFault {
    const updateId = data['u'];
    const bidTicks = ticksOf(data['b'], this.tick);
    const bidLots = lotsOf(data['B'], this.step);
    const askTicks = ticksOf(data['a'], this.tick);
    const askLots = lotsOf(data['A'], this.step);
    // An empty side comes as zeros: no best price to speak of.
    if (!isId(updateId) || !bidTicks || !bidLots || !askTicks || !askLots || bidTicks >= askTicks)
      return 'BAD_NUMBER';
    return { kind: 'TICK', value: { symbol: this.symbol, updateId, bidTicks, bidLots, askTicks, askLots } };
  }

  private trade(data: Record<string, unknown>): BinanceMessage | FrameFault {
    const { t: tradeId, T: executedAt, E: eventTime, m: buyerIsMaker } = data;
    const priceTicks = ticksOf(data['p'], this.tick);
    const lots = lotsOf(data['q'], this.step);
    if (!isId(tradeId) || !isId(executedAt) || !isId(eventTime) || !priceTicks || !lots) return 'BAD_NUMBER';
    if (typeof buyerIsMaker !== 'boolean') return 'UNKNOWN_FRAME';
    const aggressor: Side = buyerIsMaker ? 'SELL' : 'BUY';
    return {
      kind: 'TRADE',
      value: { symbol: this.symbol, tradeId, priceTicks, lots, aggressor, executedAt },
      eventTime,
    };
  }

  private levels(rows: unknown): number[] | null {
    if (!Array.isArray(rows)) return null;
    const pairs: number[] = [];
    for (const row of rows as unknown[]) {
      if (!Array.isArray(row)) return null;
      const ticks = ticksOf(row[0], this.tick);
      const lots = lotsOf(row[1], this.step);
      if (!ticks || lots === null) return null;
      pairs.push(ticks, lots);
    }
    return pairs;
  }
}

/** Size of one grid step in 10^-8. */
function gridOf(units: bigint): number {
  const grid = units / 10n ** 10n;
  if (grid * 10n ** 10n !== units || BigInt(SCALE) % grid !== 0n) {
    throw new Error('a grid that is no whole part of 1, or finer than 10^-8, cannot be decoded');
  }
  return Number(grid);
}

/** A price must stand on the tick grid; anything else is null. */
function ticksOf(text: unknown, tick: number): number | null {
  const steps = scaled(text, tick);
  return steps !== null && Number.isInteger(steps) ? steps : null;
}

/** A size in whole lots. Old orders from before a change of the step leave odd sizes on the book: rounded down. */
function lotsOf(text: unknown, step: number): number | null {
  const steps = scaled(text, step);
  return steps === null ? null : Math.floor(steps);
}

/**
 * Decimal text in grid steps; null when it is not plain notation. Whole part and fraction are converted apart, so
 * that a whole number of steps is exact; a fraction left over shows that the value is off the grid.
 */
function scaled(text: unknown, grid: number): number | null {
  if (typeof text !== 'string') return null;
  const match = PLAIN.exec(text);
  if (match === null) return null;
  const fraction = Number((match[2] ?? '').padEnd(8, '0'));
  const whole = Number(match[1]) * (SCALE / grid) + Math.floor(fraction / grid);
  if (!Number.isSafeInteger(whole)) return null;
  return fraction % grid === 0 ? whole : whole + 0.5;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
