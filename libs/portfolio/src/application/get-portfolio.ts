import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { unrealizedPnl } from '../domain/position.js';
import type { Position } from '../domain/position.js';
import { listOpenAccounts, resolveAccount } from './account-directory.js';
import type { AccountRow } from './account-tables.js';
import { balanceView } from './list-balances.js';
import type { BalanceView } from './list-balances.js';
import { nettedPosition } from './list-positions.js';
import type { NettedPosition } from './list-positions.js';
import { readHoldings, readPositions, readStrategyPositions, readUnread } from './portfolio-reads.js';
import type { HeldAsset, HeldPosition } from './portfolio-reads.js';
import { textOrNull } from './position-view.js';
import { Reservations } from './reservations.js';
import { readTenant } from './tenant-reads.js';
import { sumKnown, Valuation } from './valuation.js';

/** Sums in `asset`; null as soon as one part is unknown. */
export interface PortfolioSums {
  asset: string;
  /** "Spot total × mark … locked included". */
  equity: string | null;
  /** What is held of `asset` itself. */
  cash: string | null;
  realizedPnl: string | null;
  unrealizedPnl: string | null;
  fees: string | null;
  funding: string | null;
  netPnl: string | null;
  complete: boolean;
  stale: boolean;
  /** LIVE accounts whose holdings were not read from their venue yet: they make the sums unknown. */
  unread: AccountId[];
}

export interface AccountPortfolio extends PortfolioSums {
  accountId: AccountId;
  name: string;
  venue: string;
  balances: BalanceView[];
  positions: NettedPosition[];
}

export interface PortfolioView {
  total: PortfolioSums;
  accounts: AccountPortfolio[];
  asOf: EpochMs;
}

/** One account, or all open ones of the tenant; the total is stated in the first one's reporting asset. */
export class GetPortfolio extends Query<PortfolioView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
  ) {
    super();
  }
}

/** Everything of the accounts shown. */
interface Booked {
  holdings: HeldAsset[];
  positions: HeldPosition[];
  virtual: HeldPosition[];
  unread: ReadonlySet<AccountId>;
}

const DEFAULT_ASSET = 'USDT';

@QueryHandler(GetPortfolio)
export class GetPortfolioHandler implements IQueryHandler<GetPortfolio> {
  constructor(
    private readonly database: Database,
    private readonly reservations: Reservations,
    private readonly marketData: MarketData,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  execute({ tenantId, accountId }: GetPortfolio): Promise<PortfolioView> {
    return readTenant(this.database, tenantId, async (reader) => {
      const asOf = this.clock.now();
      const accounts =
        accountId === null ? await listOpenAccounts(reader, null) : [await resolveAccount(reader, accountId)];
      const ids = accounts.map((account) => account.account_id);
      const holdings = await readHoldings(reader, this.reservations, ids);
      const positions = await readPositions(reader, ids);
      const unread = await readUnread(reader, ids);
      const virtual = await readStrategyPositions(reader, ids);
      const asset = accounts[0]?.reporting_asset ?? DEFAULT_ASSET;
      return {
        total: sums(new Valuation(this.marketData, asset), { holdings, positions, unread: [...unread] }),
        accounts: accounts.map((account) =>
          this.ofAccount(account, { holdings, positions, virtual, unread }),
        ),
        asOf,
      };
    });
  }

  private ofAccount(account: AccountRow, { holdings, positions, virtual, unread }: Booked): AccountPortfolio {
    const valuation = new Valuation(this.marketData, account.reporting_asset);
    const isOwn = (row: { accountId: AccountId }) => row.accountId === account.account_id;
    const [ownHoldings, ownPositions] = [holdings.filter(isOwn), positions.filter(isOwn)];
    return {
      accountId: account.account_id,
      name: account.name,
      venue: account.venue,
      balances: ownHoldings.map((held) => balanceView(held, valuation)),
      positions: ownPositions
        .filter(({ position }) => position.signedUnits !== 0n)
        .map((held) => nettedPosition(held, virtual.filter(isOwn), valuation)),
      ...sums(valuation, {
        holdings: ownHoldings,
        positions: ownPositions,
        unread: unread.has(account.account_id) ? [account.account_id] : [],
      }),
    };
  }
}

function sums(
  valuation: Valuation,
  {
    holdings,
    positions,
    unread,
  }: { holdings: readonly HeldAsset[]; positions: readonly HeldPosition[]; unread: AccountId[] },
): PortfolioSums {
  const { asset } = valuation;
  const unknown = unread.map(() => null);
  const values = holdings.map((held) => valuation.value(held.asset, held.totalUnits));
  const equity = sumKnown([...values, ...unknown]);
  const own = holdings.map((held) => (held.asset === asset ? held.totalUnits : 0n));
  const cash = sumKnown([...own, ...unknown]);
  const inAsset = (pick: (position: Position) => bigint | null) =>
    sumKnown(positions.map(({ position }) => inReportingAsset(valuation, position, pick(position))));
  const realized = inAsset((position) => position.realizedUnits);
  const unrealized = inAsset((position) => unrealizedAtMark(valuation, position));
  const fees = inAsset((position) => (position.unvaluedFeeCount > 0 ? null : position.feeUnits));
  const funding = inAsset((position) => position.fundingUnits);
  const net = sumKnown([realized, fees === null ? null : -fees, funding]);
  return {
    asset,
    equity: textOrNull(equity),
    cash: textOrNull(cash),
    realizedPnl: textOrNull(realized),
    unrealizedPnl: textOrNull(unrealized),
    fees: textOrNull(fees),
    funding: textOrNull(funding),
    netPnl: textOrNull(net),
    complete: valuation.complete && unread.length === 0,
    stale: valuation.stale,
    unread,
  };
}

function inReportingAsset(valuation: Valuation, position: Position, units: bigint | null): bigint | null {
  const { settle, quote } = MarketSymbol.parse(position.symbol);
  return units === null ? null : valuation.value(settle ?? quote, units);
}

function unrealizedAtMark(valuation: Valuation, position: Position): bigint | null {
  if (position.signedUnits === 0n) return 0n;
  const mark = valuation.mark(position.symbol);
  return mark === null ? null : unrealizedPnl(position, mark.priceUnits);
}
