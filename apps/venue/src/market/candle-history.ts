import type { Market } from '../engine/market.js';
import type { Random } from '../engine/random.js';
import { flat, floorTo, type Candle } from './candle-series.js';
import { exponential, normal, poisson } from './draws.js';

export interface HistoryTraits {
  /** The price that the past leads to. */
  endTicks: number;
  /** Standard deviation of a minute's return, in basis points. */
  volatilityBps: number;
  tradesPerMinute: number;
  meanTradeLots: number;
}

const MINUTE_MS = 60_000;

/** Minutes that never were, walked back from the price at which the venue opens, up to the minute before `now`. */
export function inventHistory(
  market: Market,
  traits: HistoryTraits,
  span: { minutes: number; now: number },
  random: Random,
): Candle[] {
  const history: Candle[] = [];
  let close = traits.endTicks;
  for (let minute = 1; minute <= span.minutes; minute++) {
    const candle = invent(traits, close, floorTo(span.now, MINUTE_MS) - minute * MINUTE_MS, random);
    candle.quote = market.quoteUnits(typicalOf(candle), Number(candle.lots));
    candle.takerQuote = market.quoteUnits(typicalOf(candle), Number(candle.takerLots));
    history.push(candle);
    close = candle.open;
  }
  return history.reverse();
}

function invent(traits: HistoryTraits, close: number, openAt: number, random: Random): Candle {
  const spread = (close * traits.volatilityBps) / 10_000;
  const candle = flat(openAt, close);
  candle.open = Math.max(1, Math.round(close - spread * normal(random)));
  candle.high = Math.round(Math.max(candle.open, close) + Math.abs(spread * normal(random)) / 2);
  candle.low = Math.max(1, Math.round(Math.min(candle.open, close) - Math.abs(spread * normal(random)) / 2));
  candle.trades = poisson(random, traits.tradesPerMinute);
  if (candle.trades === 0) return flat(openAt, candle.open);
  const lots = Math.max(1, Math.round(candle.trades * exponential(random, traits.meanTradeLots)));
  const taken = Math.floor(lots * random.next());
  candle.lots = BigInt(lots);
  candle.takerLots = BigInt(taken);
  return candle;
}

function typicalOf(candle: Candle): number {
  return Math.round((candle.high + candle.low + candle.close) / 3);
}
