import type { MarketView, SimulatedVenue } from '@sextant/exchange';
import type { Side } from '@sextant/kernel';
import type { VenueMarkets } from '../application/venue-markets.js';
import type { PriceLevels } from '../domain/price-levels.js';

/** Puts the live markets behind the paper venue: the book is shared, not copied. */
export function feedPaperVenue(markets: VenueMarkets, venue: SimulatedVenue): void {
  venue.connectMarkets((symbol) => new DisplayedMarket(markets, symbol));
  markets.bookChanges.subscribe((change) => venue.onChange(change));
  markets.trades.subscribe(({ aggressor, ...trade }) => {
    // Of which side the market was is not guessed: such a trade fills nobody's resting order.
    if (aggressor !== null) venue.onTrade({ ...trade, aggressor });
  });
}

/** Best prices without a book behind them are no liquidity: such a market is closed. */
class DisplayedMarket implements MarketView {
  constructor(
    private readonly markets: VenueMarkets,
    private readonly symbol: string,
  ) {}

  isOpen(): boolean {
    const state = this.markets.state(this.symbol);
    return state !== null && state.book.inSequence && state.isFresh();
  }

  bestTicks(side: Side): number {
    return this.levels(side)?.bestTicks() ?? 0;
  }

  lotsAt(side: Side, ticks: number): number {
    return this.levels(side)?.lotsAt(ticks) ?? 0;
  }

  nextTicks(side: Side, ticks: number): number {
    return this.levels(side)?.next(ticks) ?? 0;
  }

  follow(): () => void {
    return this.markets.follow(this.symbol);
  }

  private levels(side: Side): PriceLevels | undefined {
    const book = this.markets.state(this.symbol)?.book;
    return side === 'BUY' ? book?.bids : book?.asks;
  }
}
