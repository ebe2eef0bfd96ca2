import type { PublicSymbol } from './public-market.js';

const MINUTES = 5;

/** The volume-weighted price of the last five minutes, which the venue's price filters also look at. */
export function averagePriceOf({ tape, display }: PublicSymbol) {
  const recent = tape.minutes.candles.slice(-MINUTES);
  const lots = recent.reduce((sum, candle) => sum + candle.lots, 0n);
  const quote = recent.reduce((sum, candle) => sum + candle.quote, 0n);
  const price = display.averagePrice(quote, lots, tape.lastTicks ?? 0);
  return { mins: MINUTES, price, closeTime: tape.trades.last?.at ?? recent.at(-1)?.openAt ?? 0 };
}
