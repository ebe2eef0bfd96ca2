import type { EpochMs } from '@sextant/kernel';
import type { Cancel, Timers } from '@sextant/platform';
import type {
  CandleInterval,
  DataChannel,
  VenueDataEvent,
  VenueMarketData,
} from '../../domain/venue-market-data.js';
import { can } from './ccxt-exchange.js';
import type { MarketDataParts } from './market-data-parts.js';
import { CcxtStream } from './ccxt-stream.js';
import { listOf } from './exact-values.js';
import { readBook, readCandle, readTicker, readTrade } from './market-values.js';
import type { CcxtInstrument, CcxtVenueProfile } from './venue-profile.js';

const POLL_MS = 2_000;
const WATCH = {
  TRADES: 'watchTrades',
  BOOK: 'watchOrderBook',
  TICKER: 'watchTicker',
  CANDLES: 'watchOHLCV',
} as const;

/** One subscription: a stream of ccxt where the venue has it, else its REST twin asked at intervals. */
export class DataSubscription {
  private stream: CcxtStream | null = null;
  private cancelPoll: Cancel = () => undefined;
  private ended = false;
  private state: 'UP' | 'DOWN' | null = null;
  private lastTradeId: string | null = null;
  private openCandle: number | null = null;

  constructor(
    private readonly opened: () => Promise<MarketDataParts>,
    private readonly timers: Timers,
    private readonly data: VenueMarketData,
    private readonly channel: DataChannel,
    private readonly listener: (event: VenueDataEvent) => void,
  ) {
    void this.start();
  }

  end(): void {
    this.ended = true;
    this.stream?.stop();
    this.cancelPoll();
  }

  private async start(): Promise<void> {
    let opened: { parts: MarketDataParts; entry: CcxtInstrument | null };
    try {
      const parts = await this.opened();
      opened = { parts, entry: (await parts.markets()).get(this.channel.symbol) };
    } catch {
      if (!this.ended) this.cancelPoll = this.timers.setTimer(POLL_MS, () => this.start());
      return;
    }
    if (this.ended) return;
    const { parts, entry } = opened;
    if (entry === null)
      return this.tell({ kind: 'STREAM', state: 'DOWN', detail: 'the venue has no such market' });
    if (can(parts.client.exchange, WATCH[this.channel.channel])) this.watch(parts, entry);
    else await this.poll(parts);
  }

  private watch(parts: MarketDataParts, entry: CcxtInstrument): void {
    this.stream = new CcxtStream(parts, {
      method: WATCH[this.channel.channel],
      args: this.watchArgs(parts.profile),
      steady: true,
      onValue: (value) => this.onValue(value, entry, parts),
      onUp: () => this.raise(),
      onDown: (detail) => this.fall(detail),
    });
  }

  private watchArgs(profile: CcxtVenueProfile): unknown[] {
    const { channel, symbol } = this.channel;
    if (channel === 'CANDLES') return [symbol, this.channel.interval];
    if (channel === 'TICKER') return [symbol, profile.watchTickerParams ?? {}];
    if (channel === 'TRADES') return [symbol];
    return [symbol, profile.watchBookLimit?.(this.channel.depth)];
  }

  private onValue(value: unknown, entry: CcxtInstrument, parts: MarketDataParts): void {
    try {
      this.read(value, entry, parts.client.venueNow());
    } catch (error) {
      // What cannot be read is not passed on; the reader sees the age of what it has.
      parts.log.warn('A value of the stream cannot be read', {
        venue: parts.profile.venue,
        symbol: this.channel.symbol,
        reason: (error as Error).message,
      });
    }
  }

  private read(value: unknown, entry: CcxtInstrument, now: EpochMs): void {
    const { channel } = this;
    if (channel.channel === 'BOOK') {
      const book = readBook(value, entry, channel.depth, now);
      return this.tell({ kind: 'BOOK', complete: true, book });
    }
    if (channel.channel === 'TICKER') {
      return this.tell({ kind: 'TICKER', ticker: readTicker(value, entry, now) });
    }
    const rows = listOf(value, 'values');
    if (channel.channel === 'TRADES') {
      for (const row of rows) this.tell({ kind: 'TRADE', trade: readTrade(row, entry) });
      return;
    }
    for (const row of rows) this.candle(readCandle(row, channel.interval, now), channel.interval);
  }

  /** A candle whose time is over is closed once the next one has begun: its last change may still be on the way. */
  private candle(candle: ReturnType<typeof readCandle>, interval: CandleInterval): void {
    const { symbol } = this.channel;
    this.openCandle = Math.max(this.openCandle ?? 0, candle.openTime);
    const closed = candle.openTime < this.openCandle;
    this.tell({ kind: 'CANDLE', symbol, interval, candle: { ...candle, closed } });
  }

  private async poll(parts: MarketDataParts): Promise<void> {
    const answered = await this.pollOnce(parts);
    if (this.ended) return;
    if (answered) this.raise();
    else this.fall('the venue does not answer');
    this.cancelPoll = this.timers.setTimer(POLL_MS, () => this.poll(parts));
  }

  private async pollOnce({ client }: MarketDataParts): Promise<boolean> {
    const { channel } = this;
    if (channel.channel === 'BOOK') {
      const answer = await this.data.orderBook(channel.symbol, channel.depth);
      if (answer.outcome !== 'CONFIRMED') return false;
      this.tell({ kind: 'BOOK', complete: true, book: answer.value });
      return true;
    }
    if (channel.channel === 'TICKER') {
      const answer = await this.data.tickers([channel.symbol]);
      if (answer.outcome !== 'CONFIRMED') return false;
      for (const ticker of answer.value) this.tell({ kind: 'TICKER', ticker });
      return true;
    }
    if (channel.channel === 'TRADES') return this.pollTrades();
    return this.pollCandles(channel.interval, client.venueNow() + 1);
  }

  private async pollTrades(): Promise<boolean> {
    const answer = await this.data.trades(this.channel.symbol, 100);
    if (answer.outcome !== 'CONFIRMED') return false;
    const known = answer.value.findIndex(({ venueTradeId }) => venueTradeId === this.lastTradeId);
    for (const trade of answer.value.slice(known + 1)) this.tell({ kind: 'TRADE', trade });
    this.lastTradeId = answer.value.at(-1)?.venueTradeId ?? this.lastTradeId;
    return true;
  }

  private async pollCandles(interval: CandleInterval, to: EpochMs): Promise<boolean> {
    const from = this.openCandle ?? to - 86_400_000;
    const answer = await this.data.candles(this.channel.symbol, interval, { from, to, limit: 300 });
    if (answer.outcome !== 'CONFIRMED') return false;
    const news = this.openCandle === null ? answer.value.slice(-2) : answer.value;
    for (const candle of news) this.candle(candle, interval);
    return true;
  }

  private raise(): void {
    if (this.state === 'UP') return;
    this.state = 'UP';
    this.tell({ kind: 'STREAM', state: 'UP', detail: '' });
  }

  private fall(detail: string): void {
    if (this.state === 'DOWN') return;
    this.state = 'DOWN';
    this.tell({ kind: 'STREAM', state: 'DOWN', detail });
  }

  private tell(event: VenueDataEvent): void {
    if (!this.ended) this.listener(event);
  }
}
