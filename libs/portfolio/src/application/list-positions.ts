import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { resolveAccount } from './account-directory.js';
import { readPositions, readStrategyPositions } from './portfolio-reads.js';
import { positionView } from './position-view.js';
import type { PositionView } from './position-view.js';
import { readTenant } from './tenant-reads.js';
import { Valuation } from './valuation.js';

export interface PositionsView {
  /** The account's own positions. Flat ones keep their realized P&L. */
  positions: PositionView[];
  /** Virtual positions of the strategies; they sum to the account's. */
  strategies: PositionView[];
  asOf: EpochMs;
  complete: boolean;
  stale: boolean;
}

/** Open positions, and with `includeFlat` also closed ones. */
export class ListPositions extends Query<PositionsView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
    readonly includeFlat: boolean,
  ) {
    super();
  }
}

@QueryHandler(ListPositions)
export class ListPositionsHandler implements IQueryHandler<ListPositions> {
  constructor(
    private readonly database: Database,
    private readonly marketData: MarketData,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, ACCOUNT_REQUIRED */
  execute({ tenantId, accountId, includeFlat }: ListPositions): Promise<PositionsView> {
    return readTenant(this.database, tenantId, async (reader) => {
      const asOf = this.clock.now();
      const account = await resolveAccount(reader, accountId);
      const ids = [account.account_id];
      const own = await readPositions(reader, ids);
      const virtual = await readStrategyPositions(reader, ids);
      const valuation = new Valuation(this.marketData, account.reporting_asset);
      const [positions, strategies] = [own, virtual].map((rows) =>
        rows
          .filter(({ position }) => includeFlat || position.signedUnits !== 0n)
          .map((row) => positionView(row.accountId, row.position, row.strategy, valuation)),
      ) as [PositionView[], PositionView[]];
      return { positions, strategies, asOf, complete: valuation.complete, stale: valuation.stale };
    });
  }
}
