import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database } from '@sextant/platform';
import { unrealizedPnl } from '../../domain/positions/position.js';
import type { Position } from '../../domain/positions/position.js';
import { listOpenAccounts, resolveAccount } from '../accounts/account-directory.js';
import type { AccountRow } from '../accounts/account-tables.js';
import { balanceView } from './list-balances.js';
import type { BalanceView } from './list-balances.js';
import { readContracts } from './contract-reads.js';
import { nettedPosition, sharesByPosition } from './list-positions.js';
import type { NettedPosition } from './list-positions.js';
import { readHoldings, readPositions, readStrategyPositions, readUnread } from './portfolio-reads.js';
import type { HeldAsset, HeldPosition } from './portfolio-reads.js';
import { assetTotals } from './portfolio-totals.js';
import type { AssetTotal } from './portfolio-totals.js';
import { textOrNull } from './position-view.js';
import { Reservations } from './reservations.js';
import type { SqlReader } from './reservations.js';
import { readTenant } from './tenant-reads.js';
import { priceView } from '../valuation/price-view.js';
import type { PriceView } from '../valuation/price-view.js';
import { sumKnown, Valuation } from '../valuation/valuation.js';
import { readWatchedTotal } from '../watching/watched-total.js';
import type { WatchedTotal } from '../watching/watched-total.js';

/** Sums in `asset`; null as soon as one part is unknown. */
export interface PortfolioSums {
  asset: string;
  /** "Spot total × mark + perpetual wallet + unrealised; locked included". */
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
  /** What the sums were valued by, of each venue. */
  prices: PriceView[];
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

/** The accounts at one venue together. */
export interface VenuePortfolio extends PortfolioSums {
  venue: string;
  accounts: number;
}

export interface PortfolioView {
  total: PortfolioSums;
  venues: VenuePortfolio[];
  /** What all accounts shown hold together. */
  assets: AssetTotal[];
  /** Null when one account was asked for: wallets belong to none. */
  watched: WatchedTotal | null;
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

/** What one account has, and what it is valued by. */
interface ValuedPart {
  account: AccountRow;
  valuation: Valuation;
  holdings: readonly HeldAsset[];
  positions: readonly HeldPosition[];
}

const DEFAULT_ASSET = 'USDT';
const DEFAULT_VENUE = 'PAPER';

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
      const booked = { holdings, positions, virtual, unread };
      const parts = accounts.map((account) => this.part(account, booked, asset));
      const venue = accounts[0]?.venue ?? DEFAULT_VENUE;
      const watched =
        accountId === null ? await readWatchedTotal(reader, this.marketData, venue, asset) : null;
      return {
        total: sums(asset, parts, [...unread]),
        venues: venueSums(asset, parts, unread),
        assets: assetTotals(parts.map(({ account, ...part }) => ({ ...part, venue: account.venue }))),
        watched,
        accounts: await this.ofAccounts(reader, accounts, booked),
        asOf,
      };
    });
  }

  /** What an account has, at the prices of its venue. */
  private part(account: AccountRow, { holdings, positions }: Booked, asset: string): ValuedPart {
    const isOwn = (row: { accountId: AccountId }) => row.accountId === account.account_id;
    return {
      account,
      valuation: new Valuation(this.marketData.marksOf(account.venue), asset),
      holdings: holdings.filter(isOwn),
      positions: positions.filter(isOwn),
    };
  }

  private async ofAccounts(
    reader: SqlReader,
    accounts: readonly AccountRow[],
    booked: Booked,
  ): Promise<AccountPortfolio[]> {
    const portfolios: AccountPortfolio[] = [];
    for (const account of accounts) portfolios.push(await this.ofAccount(reader, account, booked));
    return portfolios;
  }

  private async ofAccount(reader: SqlReader, account: AccountRow, booked: Booked): Promise<AccountPortfolio> {
    const { account_id: accountId, name, venue, reporting_asset: asset } = account;
    const part = this.part(account, booked, asset);
    const contracts = await readContracts(reader, accountId, part.positions, part.valuation);
    const virtual = sharesByPosition(booked.virtual.filter((row) => row.accountId === accountId));
    return {
      accountId,
      name,
      venue,
      balances: part.holdings.map((held) => balanceView(held, part.valuation)),
      positions: part.positions
        .filter(({ position }) => position.signedUnits !== 0n)
        .map((held) => nettedPosition(held, virtual, part.valuation, contracts)),
      ...sums(asset, [part], booked.unread.has(accountId) ? [accountId] : []),
    };
  }
}

function venueSums(
  asset: string,
  parts: readonly ValuedPart[],
  unread: ReadonlySet<AccountId>,
): VenuePortfolio[] {
  const venues = [...Map.groupBy(parts, ({ account }) => account.venue)].sort(([a], [b]) => (a < b ? -1 : 1));
  return venues.map(([venue, there]) => {
    const ids = there.map(({ account }) => account.account_id).filter((id) => unread.has(id));
    return { venue, accounts: there.length, ...sums(asset, there, ids) };
  });
}

function sums(asset: string, parts: readonly ValuedPart[], unread: AccountId[]): PortfolioSums {
  const unknown = unread.map(() => null);
  const values = parts.flatMap(({ valuation, holdings }) =>
    holdings.map((held) => valuation.value(held.asset, held.totalUnits)),
  );
  const results = parts.flatMap(({ valuation, positions }) =>
    positions
      .filter(({ position }) => MarketSymbol.parse(position.symbol).settle !== null)
      .map(({ position }) => inReportingAsset(valuation, position, unrealizedAtMark(valuation, position))),
  );
  const equity = sumKnown([...values, ...results, ...unknown]);
  const held = parts.flatMap(({ holdings }) => holdings);
  const own = held.map((one) => (one.asset === asset ? one.totalUnits : 0n));
  const cash = sumKnown([...own, ...unknown]);
  const inAsset = (pick: (position: Position, valuation: Valuation) => bigint | null) =>
    sumKnown(
      parts.flatMap(({ valuation, positions }) =>
        positions.map(({ position }) => inReportingAsset(valuation, position, pick(position, valuation))),
      ),
    );
  const realized = inAsset((position) => position.realizedUnits);
  const unrealized = inAsset((position, valuation) => unrealizedAtMark(valuation, position));
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
    complete: parts.every(({ valuation }) => valuation.complete) && unread.length === 0,
    stale: parts.some(({ valuation }) => valuation.stale),
    prices: pricesOf(parts),
    unread,
  };
}

/** One a venue and asset: several accounts at one venue are valued by the same marks. */
function pricesOf(parts: readonly ValuedPart[]): PriceView[] {
  const prices = new Map<string, PriceView>();
  for (const { asset, price } of parts.flatMap(({ valuation }) => valuation.used())) {
    prices.set(`${price.source} ${asset}`, priceView(asset, price));
  }
  return [...prices.values()];
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
