import type { ExecutionTools } from '@sextant/execution';
import { DomainError } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type { PriceChange } from '@sextant/market-data';
import type { Host, HostClock, Scheduler } from './scheduler.js';
import type { Market } from './venue-books.js';

interface Listener {
  symbol: string;
  host: Host;
  told: () => void;
}

/** The prices of the markets, told to each process that listens some milliseconds after they changed. */
export class PriceFeed {
  /** Every price that a market has had, and since when: twice the middle, in ticks. */
  readonly past: { symbol: string; atMs: number; doubled: number }[] = [];
  private readonly listeners = new Set<Listener>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly delayMs: () => number,
    readonly markets: ReadonlyMap<string, Market>,
    private readonly instruments: ReadonlyMap<string, Instrument>,
  ) {
    for (const symbol of markets.keys()) this.keep(symbol);
  }

  move(symbol: string, ticks: number): void {
    const market = this.markets.get(symbol);
    if (market === undefined) return;
    market.bidTicks += ticks;
    market.askTicks += ticks;
    this.keep(symbol);
    for (const { symbol: followed, told, host } of this.listeners) {
      if (followed === symbol) this.scheduler.at(this.delayMs(), told, host);
    }
  }

  /** What one process sees of them. */
  as(host: Host, clock: HostClock): ExecutionTools['markets'] {
    const top = (symbol: string) => {
      const { bidTicks, askTicks } = this.marketOf(symbol);
      return {
        bidTicks,
        bidLots: 1_000,
        askTicks,
        askLots: 1_000,
        asOf: clock.now(),
        ageMs: 0,
        stale: false,
      };
    };
    return {
      topOfBook: top,
      mark: (symbol) => {
        // A fee in a third asset is looked for in a market that there is not.
        if (!this.markets.has(symbol)) return null;
        const priceUnits = BigInt(this.marketOf(symbol).bidTicks) * this.instrumentOf(symbol).tickUnits;
        return { priceUnits, asOf: clock.now(), stale: false };
      },
      recentTrades: () => [],
      onPrice: (symbol, told) => this.listen(symbol, host, () => told(changeOf(top(symbol)))),
      resolveSymbol: (symbol) => symbol,
      instrument: (symbol) => this.instrumentOf(symbol),
    };
  }

  private listen(symbol: string, host: Host, told: () => void): () => void {
    const listener = { symbol, host, told };
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private keep(symbol: string): void {
    const { bidTicks, askTicks } = this.marketOf(symbol);
    this.past.push({ symbol, atMs: this.scheduler.nowMs, doubled: bidTicks + askTicks });
  }

  private marketOf(symbol: string): Market {
    const market = this.markets.get(symbol);
    if (market === undefined) throw new Error(`no market ${symbol}`);
    return market;
  }

  private instrumentOf(symbol: string): Instrument {
    const instrument = this.instruments.get(symbol);
    if (instrument === undefined) throw new DomainError('UNKNOWN_SYMBOL', `There is no market ${symbol}.`);
    return instrument;
  }
}

function changeOf({ bidTicks, askTicks, asOf, stale }: Omit<PriceChange, 'lastTicks'>): PriceChange {
  return { bidTicks, askTicks, lastTicks: null, asOf, stale };
}
