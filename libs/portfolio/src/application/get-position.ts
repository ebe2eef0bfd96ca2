import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { resolveAccount } from './account-directory.js';
import { readPositions, readStrategyPositions } from './portfolio-reads.js';
import type { HeldPosition } from './portfolio-reads.js';
import { positionView } from './position-view.js';
import type { PositionView } from './position-view.js';
import { readTenant } from './tenant-reads.js';
import { Valuation } from './valuation.js';

export interface PositionDetail {
  position: PositionView;
  strategies: PositionView[];
  asOf: EpochMs;
  complete: boolean;
  stale: boolean;
}

/** One market's position with what the strategies contribute; `symbol` in any spelling. */
export class GetPosition extends Query<PositionDetail> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
    readonly symbol: string,
  ) {
    super();
  }
}

@QueryHandler(GetPosition)
export class GetPositionHandler implements IQueryHandler<GetPosition> {
  constructor(
    private readonly database: Database,
    private readonly marketData: MarketData,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError UNKNOWN_SYMBOL, ACCOUNT_NOT_FOUND, ACCOUNT_REQUIRED, POSITION_NOT_FOUND */
  execute({ tenantId, accountId, symbol: text }: GetPosition): Promise<PositionDetail> {
    return readTenant(this.database, tenantId, async (reader) => {
      const asOf = this.clock.now();
      const account = await resolveAccount(reader, accountId);
      const symbol = this.marketData.resolveSymbol(text, account.venue);
      const ids = [account.account_id];
      const ofSymbol = ({ position }: HeldPosition) => position.symbol === symbol;
      const own = (await readPositions(reader, ids)).find(ofSymbol);
      if (own === undefined)
        throw new DomainError('POSITION_NOT_FOUND', `${symbol} was never traded here.`, { symbol });
      const virtual = (await readStrategyPositions(reader, ids)).filter(ofSymbol);
      const valuation = new Valuation(this.marketData, account.reporting_asset);
      const view = (held: HeldPosition) =>
        positionView(held.accountId, held.position, held.strategy, valuation);
      const [position, strategies] = [view(own), virtual.map(view)];
      return { position, strategies, asOf, complete: valuation.complete, stale: valuation.stale };
    });
  }
}
