import type { BookLevel, VenueDataEvent } from '@sextant/exchange';
import type { Instrument } from '@sextant/kernel';

/** How many ticks and lots of one grid are one of another. */
export interface GridScale {
  ticks: number;
  lots: number;
}

/** Null where a price or a size of `from` may lie between two of `to`. */
export function scaleBetween(from: Instrument, to: Instrument): GridScale | null {
  const ticks = wholeRatio(from.tickUnits, to.tickUnits);
  const lots = wholeRatio(from.stepUnits, to.stepUnits);
  return ticks === null || lots === null ? null : { ticks, lots };
}

/** The same values counted in a finer grid. */
export function scaleValue(event: VenueDataEvent, scale: GridScale): VenueDataEvent {
  const level = ([ticks, lots]: BookLevel): BookLevel => [ticks * scale.ticks, lots * scale.lots];
  const ticks = (told: number | null): number | null => (told === null ? null : told * scale.ticks);
  const lots = (told: number | null): number | null => (told === null ? null : told * scale.lots);
  switch (event.kind) {
    case 'BOOK': {
      const { bids, asks } = event.book;
      return { ...event, book: { ...event.book, bids: bids.map(level), asks: asks.map(level) } };
    }
    case 'TRADE': {
      const { trade } = event;
      const scaled = { priceTicks: trade.priceTicks * scale.ticks, lots: trade.lots * scale.lots };
      return { ...event, trade: { ...trade, ...scaled } };
    }
    case 'TICKER': {
      const { ticker } = event;
      const bid = { bidTicks: ticks(ticker.bidTicks), bidLots: lots(ticker.bidLots) };
      const ask = { askTicks: ticks(ticker.askTicks), askLots: lots(ticker.askLots) };
      return { ...event, ticker: { ...ticker, ...bid, ...ask, lastTicks: ticks(ticker.lastTicks) } };
    }
    case 'CANDLE':
    case 'STREAM':
      return event;
  }
}

function wholeRatio(from: bigint, to: bigint): number | null {
  return from % to === 0n && from / to <= 1_000_000_000n ? Number(from / to) : null;
}
