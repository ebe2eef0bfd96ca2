import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, DomainError, formatScaled } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { Config, Database } from '@sextant/platform';
import { listOpenAccounts, resolveAccount } from '../accounts/account-directory.js';
import { EQUITY_INTERVALS } from '../valuation/equity-intervals.js';
import { equityDetail } from './equity-detail.js';
import type { EquityExtent } from './equity-detail.js';
import { readEquityGaps } from './equity-gaps.js';
import type { EquityGap } from './equity-gaps.js';
import { DAY_MS, readEquityBuckets, sinceFirstPoint } from './equity-history.js';
import type { EquityBucket } from './equity-series.js';
import { textOrNull } from './position-view.js';
import { readTenant } from './tenant-reads.js';

/** Widths that the equity curve can be told in. */
export const equityWidths = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': DAY_MS,
} as const;
export type EquityWidth = keyof typeof equityWidths;

/** What is told of one interval; unknown is null. */
export interface EquityPointView {
  /** Of the last point in it. */
  at: EpochMs;
  equity: string | null;
  low: string | null;
  high: string | null;
  flow: string;
  complete: boolean;
}

export interface EquityView {
  asset: string;
  interval: EquityWidth;
  from: EpochMs;
  to: EpochMs;
  points: EquityPointView[];
  gaps: EquityGap[];
  /** Every point is known, and none is missing. */
  complete: boolean;
  asOf: EpochMs;
}

/** One account, or all open ones of a venue or of the tenant together. */
export interface EquityAsked {
  accountId: AccountId | null;
  venue: string | null;
  /** Null: the reporting asset of the first account. */
  asset: string | null;
  /** Null: as fine as a chart can show. */
  interval: EquityWidth | null;
  /** Null: thirty days before `to`, or as long as a chart of this interval. */
  from: EpochMs | null;
  /** Null: now. */
  to: EpochMs | null;
}

export class GetEquity extends Query<EquityView> {
  constructor(
    readonly tenantId: TenantId,
    readonly asked: EquityAsked,
  ) {
    super();
  }
}

/** Most points of one answer, and of one whose width nobody named. */
const MOST_POINTS = 5_000;
const CHART_POINTS = 500;
const DEFAULT_ASSET = 'USDT';

@QueryHandler(GetEquity)
export class GetEquityHandler implements IQueryHandler<GetEquity> {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, EQUITY_RANGE_INVALID */
  async execute({ tenantId, asked }: GetEquity): Promise<EquityView> {
    const asOf = this.clock.now();
    const { from, to } = range(asked, asOf);
    const pointMs = EQUITY_INTERVALS[this.config.get('portfolio.equityInterval')];
    return readTenant(this.database, tenantId, async (reader) => {
      const { accountId, venue } = asked;
      const open =
        accountId === null ? await listOpenAccounts(reader, null) : [await resolveAccount(reader, accountId)];
      const accounts = open.filter((account) => venue === null || account.venue === venue.toUpperCase());
      const accountIds = accounts.map((account) => account.account_id);
      const asset = asked.asset ?? accounts[0]?.reporting_asset ?? DEFAULT_ASSET;
      const since = await sinceFirstPoint(reader, { accountIds, from, to });
      const told = { accountIds, from: Math.min(since, to), to, pointMs };
      const interval = asked.interval ?? chartWidth(told, to - from);
      const bucketMs = equityWidths[interval];
      const buckets = await readEquityBuckets(reader, { ...told, asset, bucketMs });
      const until = Math.min(to, asOf);
      const gaps = await readEquityGaps(reader, { ...told, to: until, bucketMs }, this.spacing(asOf));
      const complete = gaps.length === 0 && buckets.every((bucket) => bucket.complete);
      return { asset, interval, from, to, points: buckets.map(pointView), gaps, complete, asOf };
    });
  }

  private spacing(now: EpochMs) {
    return {
      intervalMs: EQUITY_INTERVALS[this.config.get('portfolio.equityInterval')],
      fineSince: now - this.config.get('portfolio.equityFineDays') * DAY_MS,
      hourlySince: now - this.config.get('portfolio.equityHourlyDays') * DAY_MS,
    };
  }
}

function range(asked: EquityAsked, now: EpochMs): { from: EpochMs; to: EpochMs } {
  // `to` is exclusive, and a point of this very moment is asked for.
  const to = asked.to ?? now + 1;
  const width = asked.interval === null ? DAY_MS : equityWidths[asked.interval];
  const from = asked.from ?? to - Math.min(30 * DAY_MS, CHART_POINTS * width);
  if (from >= to) throw invalid('/from', '`from` must be before `to`.');
  if (asked.interval !== null && (to - from) / width > MOST_POINTS) {
    const detail = `That would be more than ${MOST_POINTS} points: ask for less time or a wider interval.`;
    throw invalid('/interval', detail);
  }
  return { from, to };
}

/** The finest of no more points than a chart shows, and of no more accounts and time than can be added up. */
function chartWidth(told: Omit<EquityExtent, 'bucketMs'>, spanMs: number): EquityWidth {
  const widths = Object.keys(equityWidths) as EquityWidth[];
  const fits = (width: EquityWidth) =>
    spanMs / equityWidths[width] <= CHART_POINTS &&
    equityDetail({ ...told, bucketMs: equityWidths[width] }) !== null;
  return widths.find(fits) ?? '1d';
}

function invalid(pointer: string, detail: string): DomainError {
  return new DomainError('EQUITY_RANGE_INVALID', detail, { pointer });
}

function pointView(bucket: EquityBucket): EquityPointView {
  const { at, equityUnits, lowUnits, highUnits, flowUnits, complete } = bucket;
  return {
    at,
    equity: textOrNull(equityUnits),
    low: textOrNull(lowUnits),
    high: textOrNull(highUnits),
    flow: formatScaled(flowUnits),
    complete,
  };
}
