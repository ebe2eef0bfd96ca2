import { Injectable } from '@nestjs/common';
import { DomainError } from '@sextant/kernel';
import type { EpochMs, TenantId } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import { WalletRepository } from '../application/watching/wallet-repository.js';
import type { WalletTransaction } from '../application/watching/wallet-repository.js';
import type { WalletId, WatchedHolding, WatchedWallet } from '../domain/watched-wallet.js';

@Injectable()
export class DatabaseWalletRepository extends WalletRepository {
  async add(wallet: WatchedWallet, transaction: WalletTransaction): Promise<void> {
    const { walletId, tenantId, name, venue, address, holdings, statedAt } = wallet;
    const { rowCount } = await clientOf(transaction).query(
      `INSERT INTO watched_wallet (wallet_id, tenant_id, name, venue, address, stated_at, created_at)
       VALUES ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), to_timestamp($6::float8 / 1000))
       ON CONFLICT (tenant_id, venue, address) DO NOTHING`,
      [walletId, tenantId, name, venue, address, statedAt],
    );
    if (rowCount === 0) throw new DomainError('WALLET_EXISTS', `${address} at ${venue} is watched already.`);
    await insertHoldings(transaction, tenantId, walletId, holdings);
  }

  async state(
    tenantId: TenantId,
    walletId: WalletId,
    holdings: readonly WatchedHolding[],
    at: EpochMs,
    transaction: WalletTransaction,
  ): Promise<void> {
    // The row is locked by it: of two statements at once the later one stands whole.
    const { rowCount } = await clientOf(transaction).query(
      `UPDATE watched_wallet SET stated_at = to_timestamp($3::float8 / 1000) WHERE tenant_id = $1 AND wallet_id = $2`,
      [tenantId, walletId, at],
    );
    if (rowCount === 0) throw notFound(walletId);
    await clientOf(transaction).query('DELETE FROM watched_holding WHERE wallet_id = $1', [walletId]);
    await insertHoldings(transaction, tenantId, walletId, holdings);
  }

  async remove(tenantId: TenantId, walletId: WalletId, transaction: WalletTransaction): Promise<void> {
    const { rowCount } = await clientOf(transaction).query(
      'DELETE FROM watched_wallet WHERE tenant_id = $1 AND wallet_id = $2',
      [tenantId, walletId],
    );
    if (rowCount === 0) throw notFound(walletId);
  }
}

async function insertHoldings(
  transaction: WalletTransaction,
  tenantId: TenantId,
  walletId: WalletId,
  holdings: readonly WatchedHolding[],
): Promise<void> {
  await clientOf(transaction).query(
    `INSERT INTO watched_holding (wallet_id, tenant_id, asset, units)
     SELECT $1, $2, asset, units FROM unnest($3::text[], $4::numeric[]) AS held (asset, units)`,
    [walletId, tenantId, holdings.map(({ asset }) => asset), holdings.map(({ units }) => String(units))],
  );
}

function clientOf(transaction: WalletTransaction): PoolClient {
  return transaction as PoolClient;
}

function notFound(walletId: WalletId): DomainError {
  return new DomainError('WALLET_NOT_FOUND', `There is no wallet ${walletId}.`);
}
