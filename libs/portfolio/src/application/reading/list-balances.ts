import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, formatScaled } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { readHoldings, readUnread } from './portfolio-reads.js';
import type { HeldAsset } from './portfolio-reads.js';
import { textOrNull } from './position-view.js';
import { Reservations } from './reservations.js';
import { readTenant } from './tenant-reads.js';
import { priceView } from '../valuation/price-view.js';
import type { PriceView } from '../valuation/price-view.js';
import { Valuation } from '../valuation/valuation.js';

/** "total = free + locked"; `value` in `valueAsset`, null without a fresh mark. */
export interface BalanceView {
  accountId: AccountId;
  asset: string;
  free: string;
  locked: string;
  total: string;
  value: string | null;
  valueAsset: string;
  /** What it was valued by; null where nothing is held or no usable path of marks exists. */
  valuedBy: PriceView | null;
  updatedAt: EpochMs;
}

export interface BalancesView {
  balances: BalanceView[];
  asOf: EpochMs;
  complete: boolean;
  stale: boolean;
}

export class ListBalances extends Query<BalancesView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
  ) {
    super();
  }
}

@QueryHandler(ListBalances)
export class ListBalancesHandler implements IQueryHandler<ListBalances> {
  constructor(
    private readonly database: Database,
    private readonly reservations: Reservations,
    private readonly marketData: MarketData,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, ACCOUNT_REQUIRED */
  execute({ tenantId, accountId }: ListBalances): Promise<BalancesView> {
    return readTenant(this.database, tenantId, async (reader) => {
      const asOf = this.clock.now();
      const account = await resolveAccount(reader, accountId);
      const holdings = await readHoldings(reader, this.reservations, [account.account_id]);
      const valuation = new Valuation(this.marketData.marksOf(account.venue), account.reporting_asset);
      const balances = holdings.map((held) => balanceView(held, valuation));
      const unread = await readUnread(reader, [account.account_id]);
      const complete = valuation.complete && unread.size === 0;
      return { balances, asOf, complete, stale: valuation.stale };
    });
  }
}

export function balanceView(held: HeldAsset, valuation: Valuation): BalanceView {
  const price = held.totalUnits === 0n ? null : valuation.price(held.asset);
  return {
    accountId: held.accountId,
    asset: held.asset,
    free: formatScaled(held.totalUnits - held.lockedUnits),
    locked: formatScaled(held.lockedUnits),
    total: formatScaled(held.totalUnits),
    value: textOrNull(valuation.value(held.asset, held.totalUnits)),
    valueAsset: valuation.asset,
    valuedBy: price === null ? null : priceView(held.asset, price),
    updatedAt: held.updatedAt,
  };
}
