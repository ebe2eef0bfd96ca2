import type { EpochMs } from '@sextant/kernel';
import type { CandleRange, CandleSeries, StoredCandles } from '../../application/candles/candle-history.js';
import { CandleStore } from '../../application/candles/candle-store.js';
import type { LiveCandle, LiveSpan, Market } from '../../application/candles/candle-store.js';
import { columnsOf, emptyColumns, firstFrom, sliceColumns } from '../../domain/candles/candle-columns.js';
import type { CandleColumns } from '../../domain/candles/candle-columns.js';
import { mergeCandles } from '../../domain/candles/merge-candles.js';
import type { Span } from '../../domain/candles/spans.js';
import { Timeframe } from '../../domain/candles/timeframe.js';
import type { TimeframeName } from '../../domain/candles/timeframe.js';

interface Kept {
  series: CandleSeries;
  closed: CandleColumns;
  live: Map<EpochMs, LiveCandle>;
  spans: Map<EpochMs, EpochMs>;
}

const NO_GRID = { tickUnits: 1n, lotUnits: 1n };

/** Candles of this process alone: for a backtest, or without a database. */
export class MemoryCandleStore extends CandleStore {
  private readonly kept = new Map<string, Kept>();
  private readonly owners = new Map<string, string>();

  async series(venue: string, symbol: string): Promise<CandleSeries[]> {
    return [...this.kept.values()]
      .map(({ series }) => series)
      .filter((each) => each.venue === venue && each.symbol === symbol);
  }

  async read(ranges: readonly CandleRange[]): Promise<StoredCandles[]> {
    return ranges.map((range) => this.readOne(range));
  }

  async covered(ranges: readonly CandleRange[]): Promise<Span[][]> {
    return ranges.map(({ series, from, to }) => {
      const spans = [...(this.find(series)?.spans ?? [])].map(([start, end]) => ({ from: start, to: end }));
      return spans.filter((span) => span.to > from && span.from < to).sort((a, b) => a.from - b.from);
    });
  }

  async write(series: CandleSeries, columns: CandleColumns, spans: readonly Span[]): Promise<void> {
    const kept = this.of(series);
    kept.closed = mergeCandles(columns, kept.closed);
    for (const { from, to } of spans) kept.spans.set(from, Math.max(to, kept.spans.get(from) ?? to));
  }

  async claim(markets: readonly Market[], owner: string): Promise<Market[]> {
    return markets.filter(({ venue, symbol }) => {
      const key = `${venue} ${symbol}`;
      if (!this.owners.has(key)) this.owners.set(key, owner);
      return this.owners.get(key) === owner;
    });
  }

  async keepLive(candles: readonly LiveCandle[], spans: readonly LiveSpan[], owner: string): Promise<void> {
    for (const live of candles.filter(({ series }) => this.isOwner(series, owner))) {
      const kept = this.of(live.series);
      if (kept.live.get(live.candle.openTime)?.candle.closed !== true)
        kept.live.set(live.candle.openTime, live);
    }
    for (const { series, span } of spans.filter((each) => this.isOwner(each.series, owner))) {
      this.of(series).spans.set(span.from, span.to);
    }
  }

  async seal(time: EpochMs): Promise<number> {
    let sealed = 0;
    for (const kept of this.kept.values()) {
      for (const [openTime, { candle, grid }] of [...kept.live].filter(([opened]) => opened < time)) {
        kept.closed = mergeCandles(columnsOf([candle], grid), kept.closed);
        kept.live.delete(openTime);
        sealed += 1;
      }
    }
    return sealed;
  }

  async forget(interval: TimeframeName, time: EpochMs): Promise<number> {
    let gone = 0;
    for (const kept of this.kept.values()) {
      if (kept.series.interval !== interval || kept.series.source !== 'TRADES') continue;
      const timeframe = Timeframe.of(interval);
      const first = firstFrom(kept.closed, timeframe.openOf(time));
      gone += first;
      kept.closed = sliceColumns(kept.closed, first, kept.closed.length);
      for (const [from, to] of [...kept.spans]) if (to <= time) kept.spans.delete(from);
    }
    return gone;
  }

  private readOne({ series, from, to, limit, newest = false }: CandleRange): StoredCandles {
    const kept = this.find(series);
    if (kept === undefined) return { columns: emptyColumns(NO_GRID), openFrom: Infinity };
    const live = [...kept.live.values()].sort((a, b) => a.candle.openTime - b.candle.openTime);
    const all = live.reduce(
      (whole, { candle, grid }) => mergeCandles(columnsOf([candle], grid), whole),
      kept.closed,
    );
    const found = sliceColumns(all, firstFrom(all, from), firstFrom(all, to));
    const most = Math.min(limit ?? found.length, found.length);
    const columns = newest
      ? sliceColumns(found, found.length - most, found.length)
      : sliceColumns(found, 0, most);
    const open = live.find(({ candle }) => !candle.closed && candle.openTime >= from && candle.openTime < to);
    return { columns, openFrom: open?.candle.openTime ?? Infinity };
  }

  private isOwner({ venue, symbol }: CandleSeries, owner: string): boolean {
    return this.owners.get(`${venue} ${symbol}`) === owner;
  }

  private find(series: CandleSeries): Kept | undefined {
    return this.kept.get(keyOf(series));
  }

  private of(series: CandleSeries): Kept {
    const known = this.find(series);
    if (known !== undefined) return known;
    const kept = { series, closed: emptyColumns(NO_GRID), live: new Map(), spans: new Map() };
    this.kept.set(keyOf(series), kept);
    return kept;
  }
}

function keyOf({ venue, symbol, interval, source }: CandleSeries): string {
  return `${venue} ${symbol} ${interval} ${source}`;
}
