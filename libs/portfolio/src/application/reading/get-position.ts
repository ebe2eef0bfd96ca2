import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { readContracts } from './contract-reads.js';
import { nettedPosition, sharesByPosition } from './list-positions.js';
import type { NettedPosition } from './list-positions.js';
import { readPositions, readStrategyPositions } from './portfolio-reads.js';
import { readTenant } from './tenant-reads.js';
import { Valuation } from '../valuation/valuation.js';

export interface PositionDetail {
  position: NettedPosition;
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
      const held = await readPositions(reader, ids);
      const own = held.find(({ position }) => position.symbol === symbol);
      if (own === undefined)
        throw new DomainError('POSITION_NOT_FOUND', `${symbol} was never traded here.`, { symbol });
      const virtual = sharesByPosition(await readStrategyPositions(reader, ids));
      const valuation = new Valuation(this.marketData.marksOf(account.venue), account.reporting_asset);
      const contracts = await readContracts(reader, account.account_id, held, valuation);
      const position = nettedPosition(own, virtual, valuation, contracts);
      return { position, asOf, complete: valuation.complete, stale: valuation.stale };
    });
  }
}
