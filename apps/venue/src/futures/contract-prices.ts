import type { Engine } from '../engine/engine.js';
import type { Market } from '../engine/market.js';
import type { Random } from '../engine/random.js';
import { inventHistory } from '../market/candle-history.js';
import type { Candle } from '../market/candle-series.js';
import { GeneratedMarket } from '../market/generated-market.js';
import { onGrid, traitsOf } from '../market/symbol-traits.js';
import type { Contracts } from './contracts.js';
import type { IndexSource } from './mark-book.js';

/** Prices of contracts: a walk of their own that keeps near the spot market of the same pair, which is their index. */
export class ContractPrices implements IndexSource {
  constructor(
    private readonly spot: Engine,
    /** Where a spot symbol opens, in units of 10⁻⁸; null for one that is not listed there. */
    private readonly spotStart: (symbol: string) => bigint | null,
  ) {}

  index(symbol: string): bigint | null {
    return this.spotMiddle(symbol) ?? this.spotStart(symbol);
  }

  /** Gaps and trends come with the index. */
  source(contracts: Contracts, random: Random): GeneratedMarket {
    const symbols = contracts.all().map(({ spec: { symbol }, market }) => ({
      ...onGrid(market, { ...traitsOf(symbol), gapsPerHour: 0, trendBps: 0 }),
      startTicks: this.startTicks(market),
      anchor: () => {
        const index = this.index(symbol);
        return index === null ? null : Number(index) / Number(market.tickUnits);
      },
    }));
    return new GeneratedMarket(symbols, random);
  }

  past(market: Market, span: { minutes: number; now: number }, random: Random): Candle[] {
    const { volatilityBps, tradesPerMinute, meanTradeLots } = onGrid(market, traitsOf(market.symbol));
    const endTicks = this.startTicks(market);
    return inventHistory(market, { endTicks, volatilityBps, tradesPerMinute, meanTradeLots }, span, random);
  }

  private startTicks(market: Market): number {
    const start = this.index(market.symbol);
    return start === null
      ? onGrid(market, traitsOf(market.symbol)).startTicks
      : Number(start / market.tickUnits);
  }

  /** The spot market's middle price, or its last one. */
  private spotMiddle(symbol: string): bigint | null {
    const market = this.spot.market(symbol);
    if (market === null) return null;
    const { book } = this.spot.state(symbol);
    const [bid, ask] = [book.best('BUY'), book.best('SELL')];
    if (bid !== null && ask !== null) return (BigInt(bid.ticks + ask.ticks) * market.tickUnits) / 2n;
    return market.lastTicks === null ? null : BigInt(market.lastTicks) * market.tickUnits;
  }
}
