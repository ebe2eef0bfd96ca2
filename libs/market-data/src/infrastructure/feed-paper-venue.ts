import type { MarketView, SimulatedVenue } from '@sextant/exchange';
import type { Side } from '@sextant/kernel';
import type { MarketData } from '../application/market-data.js';
import type { MarketState } from '../application/market-state.js';
import type { PriceLevels } from '../domain/price-levels.js';

/** Puts the live markets behind the paper venue: the book is shared, not copied. */
export function feedPaperVenue(marketData: MarketData, venue: SimulatedVenue): void {
  for (const instrument of venue.instruments) {
    const symbol = instrument.symbol.toString();
    const state = marketData.state(symbol);
    if (state !== null) venue.connectMarket(symbol, new DisplayedMarket(state));
  }
  marketData.bookChanges.subscribe((change) => venue.onChange(change));
  marketData.trades.subscribe((trade) => venue.onTrade(trade));
}

class DisplayedMarket implements MarketView {
  constructor(private readonly state: MarketState) {}

  isOpen(): boolean {
    return this.state.isFresh();
  }

  bestTicks(side: Side): number {
    return this.levels(side).bestTicks();
  }

  lotsAt(side: Side, ticks: number): number {
    return this.levels(side).lotsAt(ticks);
  }

  nextTicks(side: Side, ticks: number): number {
    return this.levels(side).next(ticks);
  }

  private levels(side: Side): PriceLevels {
    return side === 'BUY' ? this.state.book.bids : this.state.book.asks;
  }
}
