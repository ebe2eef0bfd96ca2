import type { Clock } from '@sextant/kernel';
import { Channel } from '@sextant/platform';
import type { Candle } from '../../domain/candles/candle.js';
import type { Trade } from '../../domain/market-events.js';
import type { MarketData } from '../market-data.js';
import type { VenueMarkets } from '../venue-markets.js';
import type { CandleSeries } from './candle-history.js';
import type { CandleStore, LiveCandle, LiveSpan } from './candle-store.js';
import { RecordedMarket } from './recorded-market.js';
import type { RecordedVerdict } from './recorded-market.js';

/** How long a market stays with the process that records it, and how often it is asked for again. */
const CLAIM_MS = 15_000;
const RECLAIM_MS = 5_000;

/** A market that goes on is noted to have done so this often, and whenever a minute of it closes. */
const SPANS_MS = 5_000;

export interface ClosedCandle {
  series: CandleSeries;
  candle: Candle;
}

/**
 * Makes candles of the trades of every followed market, and keeps them. Of several processes that follow a market one
 * records it: two feeds of a replayed market tell different times.
 */
export class CandleRecorder {
  /** Each candle once, as it closes. */
  readonly closed = new Channel<ClosedCandle>();
  private readonly venues = new Map<VenueMarkets, () => void>();
  private readonly markets = new Map<string, RecordedMarket>();
  private mine = new Set<string>();
  private asked = new Set<string>();
  private nextClaimMs = -Infinity;
  private nextSpansMs = -Infinity;
  private minuteClosed = false;

  constructor(
    private readonly marketData: Pick<MarketData, 'all'>,
    private readonly store: CandleStore,
    private readonly clock: Clock,
    /** Names this process. */
    private readonly owner: string,
    private readonly count: (verdict: RecordedVerdict) => void = () => undefined,
  ) {}

  /** Listens to venues that came meanwhile. Another address of a venue has other prices: it is not recorded. */
  listen(): void {
    for (const markets of this.marketData.all()) {
      if (markets.endpoint !== null || this.venues.has(markets)) continue;
      const leaveTrades = markets.trades.subscribe((trade) => this.take(markets, trade));
      const leaveBreaks = markets.interruptions.subscribe((symbol) =>
        this.markets.get(keyOf(markets.venue, symbol))?.interrupt(),
      );
      this.venues.set(markets, () => {
        leaveTrades();
        leaveBreaks();
      });
    }
  }

  leave(): void {
    for (const leave of this.venues.values()) leave();
    this.venues.clear();
    for (const market of this.markets.values()) market.interrupt();
  }

  /** Closes what is due and keeps what has changed. @throws DomainError DATABASE_… : it is kept the next time */
  async flush(): Promise<void> {
    const now = this.clock.now();
    for (const market of this.markets.values()) market.advance(now);
    await this.claim();
    const own = [...this.markets].filter(([key]) => this.mine.has(key)).map(([, market]) => market);
    for (const [key, market] of this.markets) if (!this.mine.has(key)) market.forget();
    const taken = own.map((market) => ({ market, ...this.taken(market) }));
    this.spansNoted();
    const candles = taken.flatMap((each) => each.candles);
    const spans = taken.flatMap((each) => each.spans);
    if (candles.length + spans.length === 0) return this.tidy();
    try {
      await this.store.keepLive(candles, spans, this.owner);
    } catch (error) {
      for (const each of taken) each.market.putBack(each.candles, each.spans);
      throw error;
    }
    this.tidy();
  }

  private taken(market: RecordedMarket): { candles: LiveCandle[]; spans: LiveSpan[] } {
    const isDue = this.minuteClosed || this.clock.monotonicMs() >= this.nextSpansMs;
    return { candles: market.takeCandles(), spans: market.takeSpans(isDue) };
  }

  private spansNoted(): void {
    if (!this.minuteClosed && this.clock.monotonicMs() < this.nextSpansMs) return;
    this.minuteClosed = false;
    this.nextSpansMs = this.clock.monotonicMs() + SPANS_MS;
  }

  private async claim(): Promise<void> {
    const now = this.clock.monotonicMs();
    const isNew = [...this.markets.keys()].some((key) => !this.asked.has(key));
    if (now < this.nextClaimMs && !isNew) return;
    this.asked = new Set(this.markets.keys());
    const markets = [...this.markets.values()].map(({ venue, symbol }) => ({ venue, symbol }));
    this.mine = new Set(
      (await this.store.claim(markets, this.owner, CLAIM_MS)).map(({ venue, symbol }) =>
        keyOf(venue, symbol),
      ),
    );
    this.nextClaimMs = now + RECLAIM_MS;
  }

  /** Markets that nobody follows any more. */
  private tidy(): void {
    for (const [key, market] of this.markets) if (market.isIdle) this.markets.delete(key);
  }

  private take(markets: VenueMarkets, trade: Trade): void {
    const market = this.marketOf(markets, trade.symbol);
    if (market !== null) this.count(market.add(trade, this.clock.now()));
  }

  /** A market that counts in other ticks or lots now begins anew. */
  private marketOf(markets: VenueMarkets, symbol: string): RecordedMarket | null {
    const key = keyOf(markets.venue, symbol);
    const instrument = markets.state(symbol)?.instrument;
    if (instrument === undefined) return null;
    const known = this.markets.get(key);
    if (known?.instrument === instrument) return known;
    const market = new RecordedMarket(markets.venue, instrument, (series, candle) => {
      if (series.interval === '1m') this.minuteClosed = true;
      this.closed.publish({ series, candle });
    });
    this.markets.set(key, market);
    return market;
  }
}

function keyOf(venue: string, symbol: string): string {
  return `${venue} ${symbol}`;
}
