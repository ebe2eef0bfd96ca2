import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { formatScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { MarketData } from './market-data.js';

/** The best prices of one market; decimals as text, null where nothing is known. */
export interface TickerView {
  symbol: string;
  venue: string;
  bidPrice: string | null;
  bidQuantity: string | null;
  askPrice: string | null;
  askQuantity: string | null;
  /** Middle of the best prices; null while the book is stale. */
  markPrice: string | null;
  lastPrice: string | null;
  asOf: EpochMs | null;
  ageMs: number | null;
  stale: boolean;
}

/** The named markets in any spelling, or all. */
export class ListTickers extends Query<TickerView[]> {
  constructor(readonly symbols: readonly string[] | null) {
    super();
  }
}

@QueryHandler(ListTickers)
export class ListTickersHandler implements IQueryHandler<ListTickers> {
  constructor(private readonly marketData: MarketData) {}

  /** @throws DomainError UNKNOWN_SYMBOL */
  async execute({ symbols }: ListTickers): Promise<TickerView[]> {
    const all = () => this.marketData.instruments().map(({ symbol }) => symbol.toString());
    const named = symbols?.map((text) => this.marketData.resolveSymbol(text)) ?? null;
    if (named !== null) await Promise.all(named.map((symbol) => this.marketData.look(symbol)));
    return [...new Set(named ?? all())].map((symbol) => this.ticker(symbol));
  }

  private ticker(symbol: string): TickerView {
    const instrument = this.marketData.instrument(symbol);
    // A list of all markets follows none of them.
    const markets = this.marketData.of(instrument.venue);
    const price = (ticks: number) => instrument.ticksToPrice(ticks).toString();
    const quantity = (lots: number) => (lots === 0 ? null : instrument.lotsToQuantity(lots).toString());
    const top = markets.topOfBook(symbol);
    const mark = markets.mark(symbol);
    const [last] = markets.recentTrades(symbol, 1);
    return {
      symbol,
      venue: instrument.venue,
      bidPrice: top && price(top.bidTicks),
      bidQuantity: top && quantity(top.bidLots),
      askPrice: top && price(top.askTicks),
      askQuantity: top && quantity(top.askLots),
      markPrice: mark === null || mark.stale ? null : formatScaled(mark.priceUnits),
      lastPrice: last === undefined ? null : price(last.priceTicks),
      asOf: top?.asOf ?? null,
      ageMs: top === null ? null : Math.round(top.ageMs),
      stale: top?.stale ?? true,
    };
  }
}
