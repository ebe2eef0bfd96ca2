import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { PAPER_VENUE } from '@sextant/exchange';
import { Clock } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { pageOf } from '@sextant/platform';
import type { Page, PagedList, PageRequest } from '@sextant/platform';
import type { CandleSource } from '../../domain/candles/candle.js';
import { joined, missing } from '../../domain/candles/spans.js';
import type { Span } from '../../domain/candles/spans.js';
import { Timeframe } from '../../domain/candles/timeframe.js';
import { MarketData } from '../market-data.js';
import { CandleHistory } from './candle-history.js';
import { seriesFor } from './series-reading.js';

/** A bar that closed a moment ago is not noted yet: it is no gap. */
const SETTLING_MS = 20_000;

export const candleGapList: PagedList = { name: 'candle-gaps', key: ['number'] };

/** Time in which candles may be missing, or lack trades. */
export interface CandleGap {
  venue: string;
  symbol: string;
  /** Whole bars: the first that is touched opens at `from`, the last one closes at `to`. */
  from: EpochMs;
  to: EpochMs;
  bars: number;
}

/**
 * Where the candles of a market are not known to be all there are: nobody listened, a trade came too late, or a file had
 * nothing. A bar without trades is not a missing bar.
 */
export class ListCandleGaps extends Query<Page<CandleGap>> {
  constructor(
    readonly venue: string | null,
    readonly symbol: string,
    readonly interval: string,
    readonly within: { from: EpochMs | null; to: EpochMs | null },
    readonly source: CandleSource | null,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListCandleGaps)
export class ListCandleGapsHandler implements IQueryHandler<ListCandleGaps> {
  constructor(
    private readonly marketData: MarketData,
    private readonly history: CandleHistory,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INTERVAL_UNKNOWN, UNKNOWN_VENUE, NO_MARKET_DATA, UNKNOWN_SYMBOL, DATABASE_UNAVAILABLE */
  async execute({ within, page, source, ...query }: ListCandleGaps): Promise<Page<CandleGap>> {
    const timeframe = Timeframe.of(query.interval);
    const venue = (query.venue ?? PAPER_VENUE).toUpperCase();
    this.marketData.of(venue);
    const symbol = this.marketData.resolveSymbol(query.symbol, venue);
    const kept = seriesFor(await this.history.series(venue, symbol), timeframe, source);
    const now = timeframe.openOf(this.clock.now() - SETTLING_MS);
    const all = await this.history.covered(kept.map((series) => ({ series, from: 0, to: now })));
    const known = joined(all.flat());
    const from = within.from ?? known[0]?.from ?? now;
    const [after] = page.after ?? [];
    const gaps = wholeBars(missing(known, { from, to: Math.min(within.to ?? now, now) }), timeframe)
      .filter((gap) => after === undefined || gap.from > (after as number))
      .slice(0, page.limit + 1);
    return pageOf(
      gaps,
      page,
      (gap) => [gap.from],
      (gap) => ({ venue, symbol, ...gap, bars: barsIn(gap, timeframe) }),
    );
  }
}

/** Gaps that touch one bar are one. */
function wholeBars(gaps: readonly Span[], timeframe: Timeframe): Span[] {
  return joined(
    gaps.map(({ from, to }) => ({
      from: timeframe.openOf(from),
      to: timeframe.closeOf(timeframe.openOf(to - 1)),
    })),
  );
}

function barsIn({ from, to }: Span, timeframe: Timeframe): number {
  if (timeframe.sizeMs !== null) return (to - from) / timeframe.sizeMs;
  let bars = 0;
  for (let time = from; time < to; time = timeframe.closeOf(time)) bars += 1;
  return bars;
}
