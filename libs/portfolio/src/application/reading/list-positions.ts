import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { positionKey } from '../../domain/positions/position.js';
import { resolveAccount } from '../accounts/account-directory.js';
import { readPositions, readStrategyPositions, readUnread } from './portfolio-reads.js';
import type { HeldPosition } from './portfolio-reads.js';
import { readContracts } from './contract-reads.js';
import type { ContractView } from './contract-view.js';
import { positionView } from './position-view.js';
import type { PositionView } from './position-view.js';
import { readTenant } from './tenant-reads.js';
import { Valuation } from '../valuation/valuation.js';

/** An account's position and the virtual positions of the strategies, which sum to it. */
export interface NettedPosition extends PositionView {
  strategies: PositionView[];
}

export interface PositionsView {
  positions: NettedPosition[];
  asOf: EpochMs;
  complete: boolean;
  stale: boolean;
}

/** Open positions; with `includeFlat` also closed ones, which keep their realized P&L. */
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
      const virtual = sharesByPosition(await readStrategyPositions(reader, ids));
      const valuation = new Valuation(this.marketData.marksOf(account.venue), account.reporting_asset);
      const contracts = await readContracts(reader, account.account_id, own, valuation);
      const positions = own
        .map((held) => nettedPosition(held, virtual, valuation, contracts))
        .filter((position) => includeFlat || isOpen(position) || position.strategies.some(isOpen));
      const complete = valuation.complete && (await readUnread(reader, ids)).size === 0;
      return { positions, asOf, complete, stale: valuation.stale };
    });
  }
}

/** The virtual positions of one account by `positionKey`: looked through once, not once for each position. */
export type PositionShares = ReadonlyMap<string, HeldPosition[]>;

export function sharesByPosition(virtual: readonly HeldPosition[]): PositionShares {
  return Map.groupBy(virtual, ({ position }) => positionKey(position.symbol, position.positionSide));
}

/** `strategy` on the account's own position: the only one that holds it, null for none or several. */
export function nettedPosition(
  own: HeldPosition,
  virtual: PositionShares,
  valuation: Valuation,
  contracts: ReadonlyMap<string, ContractView>,
): NettedPosition {
  const key = positionKey(own.position.symbol, own.position.positionSide);
  const contract = contracts.get(key);
  const view = (held: HeldPosition, of?: ContractView) =>
    positionView(held.accountId, held.position, held.strategy, valuation, of);
  const parts = virtual.get(key) ?? [];
  const holders = parts.filter(({ position }) => position.signedUnits !== 0n);
  const strategy = holders.length === 1 ? holders[0]!.strategy : null;
  return { ...view({ ...own, strategy }, contract), strategies: parts.map((part) => view(part)) };
}

function isOpen({ side }: PositionView): boolean {
  return side !== 'FLAT';
}
