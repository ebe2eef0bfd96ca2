import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, formatScaled, Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { unrealizedPnl } from '../../domain/positions/position.js';
import { resolveAccount } from '../accounts/account-directory.js';
import { readDailyPnl } from './daily-pnl.js';
import type { PnlSums } from './daily-pnl.js';
import { readPositions, readStrategyPositions } from './portfolio-reads.js';
import type { HeldPosition } from './portfolio-reads.js';
import { textOrNull } from './position-view.js';
import type { SqlReader } from './reservations.js';
import { readTenant } from './tenant-reads.js';
import { sumKnown, Valuation } from '../valuation/valuation.js';

export type PnlGrouping = 'symbol' | 'strategy' | 'day';

/** P&L of one group in one settlement asset; amounts of different assets never meet in a sum. */
export interface PnlRow {
  /** Symbol, strategy (null: orders without one) or UTC day `2026-01-31`. */
  key: string | null;
  asset: string;
  realizedPnl: string;
  /** Of what is open now; null without a fresh mark, and for days, which are past. */
  unrealizedPnl: string | null;
  fees: string | null;
  funding: string;
  /** "netPnl = realizedPnl − fees + funding"; null while a fee has no value. */
  netPnl: string | null;
}

export interface PnlView {
  groupBy: PnlGrouping;
  rows: PnlRow[];
  asOf: EpochMs;
  complete: boolean;
  stale: boolean;
}

/** Since the account was opened; by day within [from, to), "by the venue's execution time, 00:00 UTC". */
export class GetPnl extends Query<PnlView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
    readonly groupBy: PnlGrouping,
    readonly from: EpochMs | null,
    readonly to: EpochMs | null,
  ) {
    super();
  }
}

@QueryHandler(GetPnl)
export class GetPnlHandler implements IQueryHandler<GetPnl> {
  constructor(
    private readonly database: Database,
    private readonly marketData: MarketData,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, ACCOUNT_REQUIRED */
  execute({ tenantId, accountId, groupBy, from, to }: GetPnl): Promise<PnlView> {
    return readTenant(this.database, tenantId, async (reader) => {
      const asOf = this.clock.now();
      const account = await resolveAccount(reader, accountId);
      const valuation = new Valuation(this.marketData.marksOf(account.venue), account.reporting_asset);
      const sums =
        groupBy === 'day'
          ? await readDailyPnl(reader, account.account_id, from, to)
          : await this.byPosition(reader, account.account_id, groupBy, valuation);
      return { groupBy, rows: sums.map(pnlRow), asOf, complete: valuation.complete, stale: valuation.stale };
    });
  }

  private async byPosition(
    reader: SqlReader,
    accountId: AccountId,
    groupBy: 'symbol' | 'strategy',
    valuation: Valuation,
  ): Promise<PnlSums[]> {
    const read = groupBy === 'symbol' ? readPositions : readStrategyPositions;
    const groups = new Map<string, PnlSums>();
    for (const held of await read(reader, [accountId])) {
      const one = sumsOf(held, groupBy === 'symbol' ? held.position.symbol : held.strategy, valuation);
      const id = JSON.stringify([one.key, one.asset]);
      groups.set(id, add(groups.get(id), one));
    }
    return [...groups.values()];
  }
}

function sumsOf({ position }: HeldPosition, key: string | null, valuation: Valuation): PnlSums {
  const { settle, quote } = MarketSymbol.parse(position.symbol);
  const mark = position.signedUnits === 0n ? null : valuation.mark(position.symbol);
  const unrealized = position.signedUnits === 0n ? 0n : mark && unrealizedPnl(position, mark.priceUnits);
  return {
    key,
    asset: settle ?? quote,
    realized: position.realizedUnits,
    unrealized,
    fees: position.unvaluedFeeCount > 0 ? null : position.feeUnits,
    funding: position.fundingUnits,
  };
}

function add(sums: PnlSums | undefined, one: PnlSums): PnlSums {
  if (sums === undefined) return one;
  return {
    ...sums,
    realized: sums.realized + one.realized,
    unrealized: sumKnown([sums.unrealized, one.unrealized]),
    fees: sumKnown([sums.fees, one.fees]),
    funding: sums.funding + one.funding,
  };
}

function pnlRow({ key, asset, realized, unrealized, fees, funding }: PnlSums): PnlRow {
  return {
    key,
    asset,
    realizedPnl: formatScaled(realized),
    unrealizedPnl: textOrNull(unrealized),
    fees: textOrNull(fees),
    funding: formatScaled(funding),
    netPnl: fees === null ? null : formatScaled(realized - fees + funding),
  };
}
