import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { listOpenAccounts, resolveAccount } from '../accounts/account-directory.js';
import type { AccountRow } from '../accounts/account-tables.js';
import { Valuation } from '../valuation/valuation.js';
import { readLedgerPnl } from './ledger-pnl.js';
import type { PnlRange } from './ledger-pnl.js';
import { noPnl, pnlOfPosition, pnlRow, PnlTable, remainderOf } from './pnl-sums.js';
import type { PnlGroup, PnlRow, PnlSums } from './pnl-sums.js';
import { readPositions, readStrategyPositions } from './portfolio-reads.js';
import type { HeldPosition } from './portfolio-reads.js';
import type { SqlReader } from './reservations.js';
import { readStrategyPnl } from './strategy-pnl.js';
import { readTenant } from './tenant-reads.js';

export const PNL_GROUPINGS = ['symbol', 'strategy', 'day', 'venue', 'account'] as const;
export type PnlGrouping = (typeof PNL_GROUPINGS)[number];

export interface PnlView {
  groupBy: PnlGrouping;
  rows: PnlRow[];
  /** By settlement asset, of the accounts' own positions: what the rows add up to, to the last digit. */
  totals: PnlRow[];
  asOf: EpochMs;
  complete: boolean;
  stale: boolean;
}

/**
 * P&L of one account, or of all open ones of the tenant, by group. Without a range since the accounts were opened; within
 * [from, to), "by the venue's execution time", what was realized, charged and funded then.
 */
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

/** A part of an account's results that no further grouping tears apart. */
interface PnlPart {
  account: AccountRow;
  symbol: string;
  day: string | null;
  sums: PnlSums;
}

/** The strategies' own results of one account. */
type StrategyGroups = (account: AccountRow) => PnlGroup[];

@QueryHandler(GetPnl)
export class GetPnlHandler implements IQueryHandler<GetPnl> {
  constructor(
    private readonly database: Database,
    private readonly marketData: MarketData,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  execute({ tenantId, accountId, groupBy, from, to }: GetPnl): Promise<PnlView> {
    return readTenant(this.database, tenantId, async (reader) => {
      const asOf = this.clock.now();
      const accounts =
        accountId === null ? await listOpenAccounts(reader, null) : [await resolveAccount(reader, accountId)];
      const isPast = groupBy === 'day' || from !== null || to !== null;
      const source = isPast
        ? new PastPnl(reader, accounts, { from, to })
        : new PnlNow(reader, accounts, this.marketData);
      const parts = await source.parts(groupBy === 'day');
      const rows =
        groupBy === 'strategy'
          ? byStrategy(accounts, parts, await source.strategies())
          : byKey(parts, groupBy).map((group) => pnlRow(group));
      const totals = tableOf(parts, () => null).all();
      return { groupBy, rows, totals: totals.map((sum) => pnlRow(sum)), asOf, ...source.quality() };
    });
  }
}

/** Everything since the accounts were opened: read off the positions, what is open at the marks of its own venue. */
class PnlNow {
  private readonly valuations: ReadonlyMap<AccountId, Valuation>;

  constructor(
    private readonly reader: SqlReader,
    private readonly accounts: readonly AccountRow[],
    marketData: MarketData,
  ) {
    this.valuations = new Map(
      accounts.map(({ account_id, venue, reporting_asset }) => [
        account_id,
        new Valuation(marketData.marksOf(venue), reporting_asset),
      ]),
    );
  }

  async parts(): Promise<PnlPart[]> {
    const held = await readPositions(this.reader, [...this.valuations.keys()]);
    return this.accounts.flatMap((account) =>
      this.of(account, held).map(({ position }) => {
        const sums = pnlOfPosition(position, this.valuations.get(account.account_id)!);
        return { account, symbol: position.symbol, day: null, sums };
      }),
    );
  }

  async strategies(): Promise<StrategyGroups> {
    const held = await readStrategyPositions(this.reader, [...this.valuations.keys()]);
    return (account) => {
      const table = new PnlTable();
      const valuation = this.valuations.get(account.account_id)!;
      for (const { strategy, position } of this.of(account, held)) {
        table.add(strategy, pnlOfPosition(position, valuation));
      }
      return table.all();
    };
  }

  quality(): { complete: boolean; stale: boolean } {
    const all = [...this.valuations.values()];
    return { complete: all.every(({ complete }) => complete), stale: all.some(({ stale }) => stale) };
  }

  private of({ account_id }: AccountRow, held: readonly HeldPosition[]): HeldPosition[] {
    return held.filter(({ accountId }) => accountId === account_id);
  }
}

/** What happened within a range, or by day: read off the ledger. */
class PastPnl {
  constructor(
    private readonly reader: SqlReader,
    private readonly accounts: readonly AccountRow[],
    private readonly range: PnlRange,
  ) {}

  async parts(byDay: boolean): Promise<PnlPart[]> {
    const known = new Map(this.accounts.map((account) => [account.account_id, account]));
    const rows = await readLedgerPnl(this.reader, [...known.keys()], this.range, byDay);
    return rows.map(({ accountId, ...rest }) => ({ account: known.get(accountId)!, ...rest }));
  }

  async strategies(): Promise<StrategyGroups> {
    const groups = new Map<AccountId, PnlGroup[]>();
    for (const { account_id } of this.accounts) {
      groups.set(account_id, await readStrategyPnl(this.reader, account_id, this.range));
    }
    return ({ account_id }) => groups.get(account_id) ?? [];
  }

  quality(): { complete: boolean; stale: boolean } {
    return { complete: true, stale: false };
  }
}

function byKey(parts: readonly PnlPart[], groupBy: Exclude<PnlGrouping, 'strategy'>): PnlGroup[] {
  const keys: Record<typeof groupBy, (part: PnlPart) => string | null> = {
    symbol: ({ symbol }) => symbol,
    day: ({ day }) => day,
    venue: ({ account }) => account.venue,
    account: ({ account }) => account.account_id,
  };
  return tableOf(parts, keys[groupBy]).all();
}

function tableOf(parts: readonly PnlPart[], keyOf: (part: PnlPart) => string | null): PnlTable {
  const table = new PnlTable();
  for (const part of parts) table.add(keyOf(part), part.sums);
  return table;
}

/** The strategies over all accounts, and what is none's: netting happens within an account. */
function byStrategy(
  accounts: readonly AccountRow[],
  parts: readonly PnlPart[],
  strategies: StrategyGroups,
): PnlRow[] {
  const table = new PnlTable();
  const rests = new PnlTable();
  for (const account of accounts) {
    const own = strategies(account);
    for (const { key, ...sums } of own) table.add(key, sums);
    const mine = parts.filter((part) => part.account === account);
    const whole = new Map(
      tableOf(mine, () => null)
        .all()
        .map((sums) => [sums.asset, sums]),
    );
    for (const asset of new Set([...whole.keys(), ...own.map((group) => group.asset)])) {
      const groups = own.filter((group) => group.asset === asset);
      const rest = remainderOf(whole.get(asset) ?? noPnl(asset), groups);
      if (rest !== null) rests.add(null, rest);
    }
  }
  return [...table.all().map((group) => pnlRow(group)), ...rests.all().map((group) => pnlRow(group, true))];
}
