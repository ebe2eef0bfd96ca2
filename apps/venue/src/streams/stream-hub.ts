import type { BookChanged, EngineEvent } from '../engine/events.js';
import { candlesOf, openOf } from '../market/candle-intervals.js';
import { dayStatistics } from '../market/day-statistics.js';
import type { PublicMarket, PublicSymbol } from '../market/public-market.js';
import { averagePriceOf } from '../market/average-price.js';
import { DepthCollector } from './depth-collector.js';
import {
  aggregateTradeEvent,
  bookTickerEvent,
  depthEvent,
  klineEvent,
  miniTickerEvent,
  partialDepthEvent,
  tickerEvent,
  tradeEvent,
} from './stream-events.js';
import type { Product, StreamName } from './stream-names.js';

/** Who gets the frames of a stream. `payload` is the event's JSON, made once for all. */
export interface StreamSubscriber {
  deliver(stream: string, payload: string): void;
}

/** What the derivatives part adds to the public streams. */
export interface MarkPrices {
  markPriceEvent(symbol: string, now: number): object | null;
  symbols(): readonly string[];
}

interface LiveStream extends StreamName {
  subscribers: Set<StreamSubscriber>;
  pausedMs: number;
  /** Diffs of one symbol at this stream's pace. */
  collector: DepthCollector | null;
  /** What was sent last, so that nothing is said twice: an update id, a trade count, a candle's opening. */
  told: number;
  candleOpenAt: number;
}

/** Publishes one product's market data to whoever subscribed, at the pace of each stream's name. */
export class StreamHub {
  private readonly streams = new Map<string, LiveStream>();

  constructor(
    readonly product: Product,
    private readonly market: PublicMarket,
    private readonly clock: { now(): number },
    private readonly marks: MarkPrices | null = null,
  ) {
    market.onAggregate((symbol, trade) =>
      this.publishNow('aggTrade', symbol.market.symbol, () =>
        aggregateTradeEvent(product, symbol, trade, clock.now()),
      ),
    );
  }

  subscribe(name: StreamName, subscriber: StreamSubscriber): void {
    const stream = this.streams.get(name.name) ?? this.open(name);
    stream.subscribers.add(subscriber);
  }

  unsubscribe(name: string, subscriber: StreamSubscriber): void {
    const stream = this.streams.get(name);
    stream?.subscribers.delete(subscriber);
    if (stream?.subscribers.size === 0) this.streams.delete(name);
  }

  /** To be fed every engine event, after the public market has seen it. */
  handle(event: EngineEvent): void {
    if (this.streams.size === 0) return;
    if (event.kind === 'Traded') this.trade(event.symbol, event);
    else if (event.kind === 'BookChanged') this.bookChanged(event);
  }

  /** Sends what is due. The pauses count time that passed: they do not care to what the clock is set. */
  pass(elapsedMs: number): void {
    const now = this.clock.now();
    for (const stream of this.streams.values()) {
      if (stream.everyMs === 0) continue;
      stream.pausedMs += elapsedMs;
      if (stream.pausedMs < stream.everyMs) continue;
      stream.pausedMs %= stream.everyMs;
      for (const event of this.dueEvents(stream, now)) this.send(stream, event);
    }
  }

  /** A forced liquidation, for `forceOrder` streams. */
  publishLiquidation(symbol: string, event: object): void {
    this.publishNow('forceOrder', symbol, () => event);
  }

  private open(name: StreamName): LiveStream {
    const known = name.symbol === null ? undefined : this.market.get(name.symbol);
    const collector = name.kind === 'depth' ? new DepthCollector(known?.market.lastUpdateId ?? 0) : null;
    const stream = {
      ...name,
      subscribers: new Set<StreamSubscriber>(),
      pausedMs: 0,
      collector,
      told: -1,
      candleOpenAt: 0,
    };
    this.streams.set(name.name, stream);
    return stream;
  }

  private trade(symbol: string, event: Extract<EngineEvent, { kind: 'Traded' }>): void {
    const known = this.market.get(symbol);
    if (known === undefined) return;
    this.publishNow('trade', symbol, () => tradeEvent(this.product, known, event, this.clock.now()));
  }

  private bookChanged(event: BookChanged): void {
    for (const stream of this.streams.values()) {
      if (stream.collector !== null && stream.symbol === event.symbol) stream.collector.add(event);
    }
    const known = this.market.get(event.symbol);
    if (known === undefined) return;
    const touches = [event.bids, event.asks].some((levels, i) => {
      const best = known.book.best(i === 0 ? 'BUY' : 'SELL');
      // A level at or inside the best price of its side: also one that has just gone.
      return levels.some(([ticks]) => best === null || (i === 0 ? ticks >= best.ticks : ticks <= best.ticks));
    });
    if (touches) {
      this.publishNow('bookTicker', event.symbol, () =>
        bookTickerEvent(this.product, known, this.clock.now()),
      );
    }
  }

  /** Frames that follow each event. The whole-market stream of the kind gets them as well. */
  private publishNow(kind: StreamName['kind'], symbol: string, make: () => object): void {
    for (const stream of this.streams.values()) {
      if (stream.kind !== kind || stream.everyMs !== 0) continue;
      if (stream.symbol === symbol || stream.symbol === null) this.send(stream, make());
    }
  }

  private dueEvents(stream: LiveStream, now: number): object[] {
    if (stream.symbol === null) return this.wholeMarket(stream, now);
    const known = this.market.get(stream.symbol);
    if (known === undefined) return [];
    switch (stream.kind) {
      case 'depth': {
        const delta = stream.collector!.take();
        return delta === null ? [] : [depthEvent(this.product, known, delta, now)];
      }
      case 'partialDepth':
        if (!news(stream, known.market.lastUpdateId)) return [];
        return [partialDepthEvent(this.product, known, stream.levels, now)];
      case 'kline':
        return this.candleEvents(stream, this.market.current(known), now);
      case 'markPrice':
        return this.markEvents([stream.symbol], now);
      case 'avgPrice':
        return [{ e: 'avgPrice', E: now, s: stream.symbol, ...averageEvent(this.market.current(known)) }];
      default:
        if (!news(stream, known.market.lastTradeId)) return [];
        return this.tickerEvents(stream.kind, [known], now);
    }
  }

  /** The `@arr` streams: one frame with a row a symbol. */
  private wholeMarket(stream: LiveStream, now: number): object[] {
    const rows =
      stream.kind === 'markPrice'
        ? this.markEvents(this.marks?.symbols() ?? [], now)
        : this.tickerEvents(stream.kind, this.market.all(), now);
    return rows.length === 0 ? [] : [rows];
  }

  private markEvents(symbols: readonly string[], now: number): object[] {
    return symbols.flatMap((symbol) => this.marks?.markPriceEvent(symbol, now) ?? []);
  }

  private tickerEvents(kind: StreamName['kind'], symbols: readonly PublicSymbol[], now: number): object[] {
    return symbols.flatMap((each) => {
      const statistics = dayStatistics(this.market.current(each).tape, now);
      if (statistics === null) return [];
      return kind === 'miniTicker'
        ? miniTickerEvent(each, statistics, now)
        : tickerEvent(this.product, each, statistics, now);
    });
  }

  /** The candle in the making, and before it the one that has closed since, for the last time. */
  private candleEvents(stream: LiveStream, known: PublicSymbol, now: number): object[] {
    const { interval, offsetMs } = stream;
    const from = stream.candleOpenAt || openOf(interval, now, offsetMs);
    const candles = candlesOf(known.tape.seriesFor(interval), { interval, from, limit: 500, offsetMs });
    const newest = candles.at(-1);
    if (newest === undefined) return [];
    const isNews = news(stream, newest.openAt === stream.candleOpenAt ? newest.lastId : -2);
    stream.candleOpenAt = newest.openAt;
    if (!isNews && candles.length === 1) return [];
    return candles.map((candle) => klineEvent(known, stream, candle, candle !== newest, now));
  }

  private send(stream: LiveStream, event: object): void {
    const payload = JSON.stringify(event);
    for (const subscriber of stream.subscribers) subscriber.deliver(stream.name, payload);
  }
}

function averageEvent(known: PublicSymbol) {
  const { price, mins, closeTime } = averagePriceOf(known);
  return { i: `${mins}m`, w: price, T: closeTime };
}

function news(stream: LiveStream, mark: number): boolean {
  if (stream.told === mark) return false;
  stream.told = mark;
  return true;
}
