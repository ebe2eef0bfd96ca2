import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { DAY_MS } from '../../domain/performance/equity-point.js';
import type { DailyReturn, EquityPoint } from '../../domain/performance/equity-point.js';
import { startOfDay } from '../../domain/performance/growth.js';
import { measurePerformance } from '../../domain/performance/measure-performance.js';
import { listOpenAccounts, resolveAccount } from '../accounts/account-directory.js';
import type { AccountRow } from '../accounts/account-tables.js';
import { firstPointIn, readEquityBuckets } from '../reading/equity-history.js';
import type { EquityRange } from '../reading/equity-history.js';
import type { SqlReader } from '../reading/reservations.js';
import { readTenant } from '../reading/tenant-reads.js';
import { BenchmarkPrices } from './benchmark-prices.js';
import { benchmarkView, figuresOf, tradeStatisticsView } from './performance-view.js';
import type { PerformanceView } from './performance-view.js';
import { TradeResults } from './trade-results.js';

/** Of one account, or of all open ones of the tenant together, in the first one's reporting asset. */
export class GetPerformance extends Query<PerformanceView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
    /** [from, to); null is open. */
    readonly from: EpochMs | null,
    readonly to: EpochMs | null,
    /** A market to compare with, in any spelling, at the first account's venue. */
    readonly benchmark: string | null,
  ) {
    super();
  }
}

/** How finely equity is read: so that flows are taken out close to when they came, and the rows stay bounded. */
const STEPS_MS = [300_000, 900_000, 3_600_000, 14_400_000, DAY_MS] as const;
const MOST_POINTS = 20_000;
const DEFAULT_ASSET = 'USDT';

interface History {
  accounts: AccountRow[];
  points: EquityPoint[];
}

@QueryHandler(GetPerformance)
export class GetPerformanceHandler implements IQueryHandler<GetPerformance> {
  constructor(
    private readonly database: Database,
    private readonly marketData: MarketData,
    private readonly benchmarkPrices: BenchmarkPrices,
    private readonly tradeResults: TradeResults,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, UNKNOWN_SYMBOL */
  async execute(query: GetPerformance): Promise<PerformanceView> {
    const asOf = this.clock.now();
    const { tenantId, from, to } = query;
    const { accounts, points } = await readTenant(this.database, tenantId, (reader) =>
      readHistory(reader, query, asOf),
    );
    const accountIds = accounts.map((account) => account.account_id);
    const trades = await this.tradeResults.statistics(tenantId, accountIds, { from, to });
    const market = this.benchmarkMarket(query.benchmark, accounts);
    const performance = measurePerformance(points, await this.benchmarkReturns(market, points));
    return {
      accountIds,
      asset: accounts[0]?.reporting_asset ?? DEFAULT_ASSET,
      ...figuresOf(performance),
      trades: [...trades].map(([asset, statistics]) => tradeStatisticsView(asset, statistics)),
      benchmark: market === null ? null : benchmarkView(market, performance.benchmark),
      asOf,
    };
  }

  private benchmarkMarket(symbol: string | null, accounts: readonly AccountRow[]) {
    const venue = accounts[0]?.venue;
    if (symbol === null || venue === undefined) return null;
    return { symbol: this.marketData.resolveSymbol(symbol, venue), venue };
  }

  /** Asked once the database was read: nothing waits for a venue in a transaction. */
  private async benchmarkReturns(
    market: { symbol: string; venue: string } | null,
    points: readonly EquityPoint[],
  ): Promise<DailyReturn[] | null> {
    const [first, last] = [points[0], points.at(-1)];
    if (market === null || first === undefined || last === undefined) return null;
    return this.benchmarkPrices.dailyReturns(market.venue, market.symbol, startOfDay(first.at), last.at);
  }
}

async function readHistory(
  reader: SqlReader,
  { accountId, from, to }: GetPerformance,
  asOf: EpochMs,
): Promise<History> {
  const accounts =
    accountId === null ? await listOpenAccounts(reader, null) : [await resolveAccount(reader, accountId)];
  if (accounts.length === 0) return { accounts, points: [] };
  const ids = accounts.map((account) => account.account_id);
  const range = {
    from: Math.max(from ?? 0, Math.min(...accounts.map((account) => account.created_at))),
    to: to ?? asOf + 1,
  };
  const asset = accounts[0]!.reporting_asset;
  const span = Math.max(0, range.to - range.from) * ids.length;
  const bucketMs = STEPS_MS.find((step) => span / step <= MOST_POINTS) ?? DAY_MS;
  const points = await readPoints(reader, { accountIds: ids, asset, ...range, bucketMs });
  return { accounts, points };
}

/**
 * What is earned is measured from the first point on. An interval stands for its last one, so the first point is read by
 * itself: otherwise what was earned in the first interval, a whole day in a long history, would be nobody's. Of several
 * accounts it is what they were worth after the shortest interval: they are not first valued at one moment.
 */
async function readPoints(reader: SqlReader, range: EquityRange): Promise<EquityPoint[]> {
  const firstAt = await firstPointIn(reader, range);
  if (firstAt === null) return [];
  const [stepMs] = STEPS_MS;
  const isOne = range.accountIds.length === 1;
  const restFrom = Math.min(range.to, isOne ? firstAt + 1 : Math.ceil(firstAt / stepMs) * stepMs + 1);
  const first = await readEquityBuckets(reader, { ...range, to: restFrom, bucketMs: stepMs });
  if (restFrom === range.to) return first;
  return [...first, ...(await readEquityBuckets(reader, { ...range, from: restFrom }))];
}
