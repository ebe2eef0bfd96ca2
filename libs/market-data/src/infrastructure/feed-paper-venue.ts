import type { MarketView, SimulatedVenue } from '@sextant/exchange';
import type { Side } from '@sextant/kernel';
import type { MarketState } from '../application/market-state.js';
import type { VenueMarkets } from '../application/venue-markets.js';
import type { PriceLevels } from '../domain/price-levels.js';

/** Puts the live markets behind the paper venue: the book is shared, not copied. */
export function feedPaperVenue(markets: VenueMarkets, venue: SimulatedVenue): void {
  for (const instrument of venue.instruments) {
    const symbol = instrument.symbol.toString();
    const state = markets.state(symbol);
    if (state !== null) venue.connectMarket(symbol, new DisplayedMarket(state));
  }
  markets.bookChanges.subscribe((change) => venue.onChange(change));
  markets.trades.subscribe(({ aggressor, ...trade }) => {
    // Of which side the market was is not guessed: such a trade fills nobody's resting order.
    if (aggressor !== null) venue.onTrade({ ...trade, aggressor });
  });
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
