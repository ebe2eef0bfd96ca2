import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '@sextant/kernel';
import type { EpochMs, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { Database, pageOf } from '@sextant/platform';
import type { Page, PagedList, PageRequest } from '@sextant/platform';
import type { WalletId } from '../../domain/watched-wallet.js';
import { listOpenAccounts } from '../accounts/account-directory.js';
import type { SqlReader } from '../reading/reservations.js';
import { readTenant } from '../reading/tenant-reads.js';
import { walletView, WALLETS } from './wallet-view.js';
import type { StoredWallet, WalletView } from './wallet-view.js';

export const WALLET_LIST: PagedList = { name: 'wallets', key: ['text'] };

export interface WalletsView extends Page<WalletView> {
  asOf: EpochMs;
}

/** The watched wallets of a tenant, oldest first, each valued in the reporting asset of its first account. */
export class ListWallets extends Query<WalletsView> {
  constructor(
    readonly tenantId: TenantId,
    /** Only those at this venue or chain. */
    readonly venue: string | null,
    readonly page: PageRequest,
  ) {
    super();
  }
}

const DEFAULTS = { venue: 'PAPER', reporting_asset: 'USDT' };

@QueryHandler(ListWallets)
export class ListWalletsHandler implements IQueryHandler<ListWallets> {
  constructor(
    private readonly database: Database,
    private readonly marketData: MarketData,
    private readonly clock: Clock,
  ) {}

  execute({ tenantId, venue, page }: ListWallets): Promise<WalletsView> {
    return readTenant(this.database, tenantId, async (reader) => {
      const { after = null, limit } = page;
      const params = [after?.[0] ?? null, venue?.toUpperCase() ?? null, limit + 1];
      const rows = await reader.query<StoredWallet>(
        `${WALLETS} WHERE ($1::text IS NULL OR w.wallet_id > $1) AND ($2::text IS NULL OR w.venue = $2)
         ORDER BY w.wallet_id LIMIT $3`,
        params,
      );
      const show = await shown(reader, this.marketData);
      return { ...pageOf(rows, page, (row) => [row.wallet_id], show), asOf: this.clock.now() };
    });
  }
}

/** By the marks of the first account's venue, in its reporting asset, where a wallet has no market of its own. */
async function shown(reader: SqlReader, marketData: MarketData): Promise<(row: StoredWallet) => WalletView> {
  const first = (await listOpenAccounts(reader, null))[0] ?? DEFAULTS;
  return (row) => walletView(row, marketData, first.venue, first.reporting_asset);
}

export class GetWallet extends Query<{ wallet: WalletView; asOf: EpochMs }> {
  constructor(
    readonly tenantId: TenantId,
    readonly walletId: WalletId,
  ) {
    super();
  }
}

@QueryHandler(GetWallet)
export class GetWalletHandler implements IQueryHandler<GetWallet> {
  constructor(
    private readonly database: Database,
    private readonly marketData: MarketData,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError WALLET_NOT_FOUND */
  execute({ tenantId, walletId }: GetWallet): Promise<{ wallet: WalletView; asOf: EpochMs }> {
    return readTenant(this.database, tenantId, async (reader) => {
      const rows = await reader.query<StoredWallet>(`${WALLETS} WHERE w.wallet_id = $1`, [walletId]);
      if (rows[0] === undefined) throw new DomainError('WALLET_NOT_FOUND', `There is no wallet ${walletId}.`);
      const show = await shown(reader, this.marketData);
      return { wallet: show(rows[0]), asOf: this.clock.now() };
    });
  }
}
