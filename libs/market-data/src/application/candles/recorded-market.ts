import type { EpochMs, Instrument } from '@sextant/kernel';
import { CandleBuilder } from '../../domain/candles/candle-builder.js';
import type { TradeVerdict } from '../../domain/candles/candle-builder.js';
import type { Candle, CandleGrid } from '../../domain/candles/candle.js';
import { Timeframe } from '../../domain/candles/timeframe.js';
import type { TimeframeName } from '../../domain/candles/timeframe.js';
import type { Span } from '../../domain/candles/spans.js';
import type { Trade } from '../../domain/market-events.js';
import type { CandleSeries } from './candle-history.js';
import type { LiveCandle, LiveSpan } from './candle-store.js';

/** What is built of trades and kept; every longer candle is made of these when it is asked for. */
export const recordedIntervals = ['1s', '1m'] as const satisfies readonly TimeframeName[];

/** Ahead of our clock by more: such a trade would close candles that are still to come. */
const FUTURE_MS = 60_000;

/** Bars that wait for a database that is away; more are given up, and are a gap then. */
const MOST_WAITING = 10_000;

export type RecordedVerdict = TradeVerdict | 'IMPLAUSIBLE';

/** The candles of one market as they are being made, and what of them is still to be kept. */
export class RecordedMarket {
  private readonly grid: CandleGrid;
  private readonly builders: readonly CandleBuilder[];
  private readonly closed = new Map<string, LiveCandle>();
  private readonly openSeen = new Map<TimeframeName, string>();
  /** Spans that have changed since they were kept. */
  private readonly changed = new Map<EpochMs, EpochMs>();
  private from: EpochMs | null = null;
  private lastTrade: EpochMs = 0;

  constructor(
    readonly venue: string,
    readonly instrument: Instrument,
    private readonly onClosed: (series: CandleSeries, candle: Candle) => void,
  ) {
    this.grid = { tickUnits: instrument.tickUnits, lotUnits: instrument.stepUnits };
    this.builders = recordedIntervals.map((name) => {
      const timeframe = Timeframe.of(name);
      return new CandleBuilder(timeframe, {}, (candle) => this.close(timeframe, candle));
    });
  }

  get symbol(): string {
    return this.instrument.symbol.toString();
  }

  /** Nothing is left to be told or to be waited for. */
  get isIdle(): boolean {
    const openBars = this.builders.some((builder) => builder.open().length > 0);
    return this.from === null && this.closed.size === 0 && this.changed.size === 0 && !openBars;
  }

  add(trade: Trade, now: EpochMs): RecordedVerdict {
    const { executedAt } = trade;
    if (!Number.isSafeInteger(executedAt) || executedAt <= 0 || executedAt > now + FUTURE_MS)
      return 'IMPLAUSIBLE';
    const [verdict] = this.builders.map((builder) => builder.add(trade)).toReversed() as [TradeVerdict];
    if (verdict === 'LATE') this.cutOut(executedAt);
    if (verdict !== 'TAKEN') return verdict;
    this.from ??= executedAt;
    this.lastTrade = Math.max(this.lastTrade, executedAt);
    return verdict;
  }

  /** From the last trade on some may have been missed, until the next one. */
  interrupt(): void {
    if (this.from === null) return;
    this.changed.set(this.from, Math.max(this.from, this.lastTrade));
    this.from = null;
  }

  /** Another process keeps them: nothing of this one counts, until it does. */
  forget(): void {
    this.closed.clear();
    this.openSeen.clear();
    this.changed.clear();
    this.from = null;
  }

  advance(now: EpochMs): void {
    for (const builder of this.builders) builder.advance(now);
  }

  /** What has changed since the last time, and what was closed. */
  takeCandles(): LiveCandle[] {
    const candles = [...this.closed.values()];
    this.closed.clear();
    for (const builder of this.builders) {
      for (const candle of builder.open()) {
        const seen = `${candle.openTime} ${candle.trades}`;
        if (this.openSeen.get(builder.timeframe.name) === seen) continue;
        this.openSeen.set(builder.timeframe.name, seen);
        candles.push({ series: this.seriesOf(builder.timeframe), grid: this.grid, candle });
      }
    }
    return candles;
  }

  /** @param all also the one that only went on */
  takeSpans(all: boolean): LiveSpan[] {
    if (this.from !== null && all) this.changed.set(this.from, Math.max(this.from, this.heardUntil));
    const spans = [...this.changed].map(([from, to]): Span => ({ from, to }));
    this.changed.clear();
    return spans.flatMap((span) =>
      this.builders.map(({ timeframe }) => ({ series: this.seriesOf(timeframe), span })),
    );
  }

  /** What could not be kept is to be taken again. */
  putBack(candles: readonly LiveCandle[], spans: readonly LiveSpan[]): void {
    for (const live of candles) {
      if (live.candle.closed) this.closed.set(`${live.series.interval} ${live.candle.openTime}`, live);
    }
    this.openSeen.clear();
    for (const { span } of spans) if (!this.changed.has(span.from)) this.changed.set(span.from, span.to);
    if (this.closed.size > MOST_WAITING) this.forget();
  }

  /** Whatever was traded before it is in a candle. */
  private get heardUntil(): EpochMs {
    return (this.builders[0] as CandleBuilder).closedUntil;
  }

  private close(timeframe: Timeframe, candle: Candle): void {
    const series = this.seriesOf(timeframe);
    this.closed.set(`${timeframe.name} ${candle.openTime}`, { series, grid: this.grid, candle });
    this.onClosed(series, candle);
  }

  /** A minute that a trade came too late for is not whole: it may be told anew by the venue. */
  private cutOut(time: EpochMs): void {
    const minute = Timeframe.of('1m').openOf(time);
    const next = Timeframe.of('1m').closeOf(minute);
    if (this.from === null || this.from >= next) return;
    this.changed.set(this.from, Math.max(this.from, minute));
    this.from = next;
  }

  private seriesOf({ name }: Timeframe): CandleSeries {
    return { venue: this.venue, symbol: this.symbol, interval: name, source: 'TRADES' };
  }
}
