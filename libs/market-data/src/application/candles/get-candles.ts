import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { PAPER_VENUE } from '@sextant/exchange';
import { Clock } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { countToText } from '../../domain/candles/candle-grid.js';
import type { CandleGrid, CandleSource } from '../../domain/candles/candle.js';
import { fillForward } from '../../domain/candles/fill-forward.js';
import { Timeframe } from '../../domain/candles/timeframe.js';
import type { TimeframeName } from '../../domain/candles/timeframe.js';
import { MarketData } from '../market-data.js';
import { CandleHistory } from './candle-history.js';
import { readSeries } from './series-reading.js';
import type { CandlesWanted, SourcedCandle } from './series-reading.js';

/** Which candles; times select openTime. */
export interface CandlesRequest {
  venue: string | null;
  /** In any spelling. */
  symbol: string;
  interval: string;
  /** Null: the newest that open before `to`. */
  from: EpochMs | null;
  /** Null: up to now. */
  to: EpochMs | null;
  limit: number;
  /** Fills what was not traded with the close before it. */
  fillForward: boolean;
  /** Only what was closed at that time. */
  asOf: EpochMs | null;
  source: CandleSource | null;
  /** Leaves out what is not closed yet. */
  closedOnly: boolean;
}

export interface CandleView {
  openTime: EpochMs;
  closeTime: EpochMs;
  open: string;
  high: string;
  low: string;
  close: string;
  /** Base. */
  volume: string;
  trades: number | null;
  closed: boolean;
  complete: boolean;
  synthetic: boolean;
  /** Null for one that is made up. */
  source: CandleSource | null;
}

export interface CandlesView {
  venue: string;
  symbol: string;
  interval: TimeframeName;
  candles: CandleView[];
  /** There are more: where to go on from. Null on the last page, and where the newest were asked for. */
  next: EpochMs | null;
}

/** Candles of one market, oldest first. */
export class GetCandles extends Query<CandlesView> {
  constructor(readonly request: CandlesRequest) {
    super();
  }
}

@QueryHandler(GetCandles)
export class GetCandlesHandler implements IQueryHandler<GetCandles> {
  constructor(
    private readonly marketData: MarketData,
    private readonly history: CandleHistory,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INTERVAL_UNKNOWN, UNKNOWN_VENUE, NO_MARKET_DATA, UNKNOWN_SYMBOL, DATABASE_UNAVAILABLE */
  async execute({ request }: GetCandles): Promise<CandlesView> {
    const timeframe = Timeframe.of(request.interval);
    const venue = (request.venue ?? PAPER_VENUE).toUpperCase();
    const markets = this.marketData.of(venue);
    const symbol = this.marketData.resolveSymbol(request.symbol, venue);
    // Somebody looks at this market: its live bar is recorded from now on.
    markets.touch(symbol);
    const wanted = this.wanted(request, { venue, symbol, timeframe });
    const { candles, more } = await this.read(wanted, request);
    const filled = request.fillForward ? await this.filled(candles, more, wanted) : candles;
    const { limit, newest } = wanted;
    const shown = newest ? filled.slice(-limit) : filled.slice(0, limit);
    const goesOn = !newest && (more || filled.length > limit);
    return {
      ...{ venue, symbol, interval: timeframe.name, candles: shown },
      next: goesOn ? (shown.at(-1)?.closeTime ?? null) : null,
    };
  }

  private wanted(
    { from, to, limit, asOf, closedOnly, source }: CandlesRequest,
    market: Pick<CandlesWanted, 'venue' | 'symbol' | 'timeframe'>,
  ): CandlesWanted {
    const now = this.clock.now();
    const { timeframe } = market;
    const ends = [to ?? now + 1, now + 1];
    // What opens before the bar that is open then was closed then.
    if (asOf !== null) ends.push(timeframe.openOf(asOf));
    if (closedOnly) ends.push(timeframe.openOf(now));
    return { ...market, from: from ?? 0, to: Math.min(...ends), limit, newest: from === null, source };
  }

  private async read(
    wanted: CandlesWanted,
    { asOf, closedOnly }: Pick<CandlesRequest, 'asOf' | 'closedOnly'>,
  ): Promise<{ candles: CandleView[]; more: boolean }> {
    const { grid, candles, more } = await readSeries(this.history, wanted, this.clock.now());
    const kept = closedOnly || asOf !== null ? candles.filter(({ closed }) => closed) : candles;
    return { candles: kept.map((candle) => viewOf(candle, grid)), more };
  }

  private async filled(candles: CandleView[], more: boolean, wanted: CandlesWanted): Promise<CandleView[]> {
    const { timeframe, limit, newest, to } = wanted;
    const end = Math.min(to, timeframe.openOf(this.clock.now()));
    if (newest) return newestFilled(candles, timeframe, end, limit);
    const { from } = wanted;
    const ahead = { ...wanted, from: 0, to: from, limit: 1, newest: true };
    const { candles: before } = await this.read(ahead, { asOf: null, closedOnly: false });
    // After the last of a page that goes on, nothing is missing yet.
    const until = more ? (candles.at(-1)?.closeTime ?? from) : end;
    return fillForward(
      candles,
      timeframe,
      { before: before[0] ?? null, from, until, most: limit + 1 },
      madeUp,
    );
  }
}

/** The last `limit` bars before `end`, however long ago somebody traded: what is not shown is not made up. */
function newestFilled(
  candles: readonly CandleView[],
  timeframe: Timeframe,
  end: EpochMs,
  limit: number,
): CandleView[] {
  const until = Math.max(end, candles.at(-1)?.closeTime ?? end);
  let from = timeframe.openOf(until - 1);
  for (let bars = 1; bars < limit; bars += 1) from = timeframe.openOf(from - 1);
  const shown = candles.filter(({ openTime }) => openTime >= from);
  const before = candles.at(-shown.length - 1) ?? null;
  return fillForward(shown, timeframe, { before, from, until: end, most: limit }, madeUp);
}

function madeUp(openTime: EpochMs, closeTime: EpochMs, { close }: CandleView): CandleView {
  return {
    ...{ openTime, closeTime, open: close, high: close, low: close, close, volume: '0', trades: 0 },
    ...{ closed: true, complete: true, synthetic: true, source: null },
  };
}

function viewOf(candle: SourcedCandle, { tickUnits, lotUnits }: CandleGrid): CandleView {
  const { openTime, closeTime, trades, closed, complete, synthetic, source } = candle;
  return {
    openTime,
    closeTime,
    open: countToText(candle.openTicks, tickUnits),
    high: countToText(candle.highTicks, tickUnits),
    low: countToText(candle.lowTicks, tickUnits),
    close: countToText(candle.closeTicks, tickUnits),
    volume: countToText(candle.volumeLots, lotUnits),
    ...{ trades, closed, complete, synthetic, source },
  };
}
