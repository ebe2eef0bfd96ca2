import type { AccountId, EpochMs } from '@sextant/kernel';
import type { Position } from '../../domain/positions/position.js';
import type { Reservations, SqlReader } from './reservations.js';
import { epochMs, POSITION_COLUMNS, readPosition } from './stored-rows.js';
import type { StoredPosition } from './stored-rows.js';

/** Total and lock of one asset of one account. */
export interface HeldAsset {
  accountId: AccountId;
  asset: string;
  totalUnits: bigint;
  lockedUnits: bigint;
  updatedAt: EpochMs;
}

export interface HeldPosition {
  accountId: AccountId;
  position: Position;
  strategy: string | null;
}

/** Balances with what orders lock of them, both of one snapshot; sorted by account and asset. */
export async function readHoldings(
  reader: SqlReader,
  reservations: Reservations,
  accountIds: readonly AccountId[],
): Promise<HeldAsset[]> {
  const rows = await reader.query<{
    account_id: AccountId;
    asset: string;
    total: string;
    updated_at: EpochMs;
  }>(
    `SELECT account_id, asset, total, ${epochMs('updated_at')} FROM balance
     WHERE account_id = ANY ($1) ORDER BY account_id, asset`,
    [accountIds],
  );
  const locks = new Map<string, bigint>();
  for (const lock of await reservations.locked(reader, accountIds)) {
    locks.set(`${lock.accountId} ${lock.asset}`, lock.lockedUnits);
  }
  return rows.map((row) => ({
    accountId: row.account_id,
    asset: row.asset,
    totalUnits: BigInt(row.total),
    lockedUnits: locks.get(`${row.account_id} ${row.asset}`) ?? 0n,
    updatedAt: row.updated_at,
  }));
}

/**
 * LIVE accounts of which nothing is booked: what they hold at their venue was not read yet, or they hold nothing.
 * Nothing here is no zero there.
 */
export async function readUnread(
  reader: SqlReader,
  accountIds: readonly AccountId[],
): Promise<ReadonlySet<AccountId>> {
  const rows = await reader.query<{ account_id: AccountId }>(
    `SELECT account_id FROM account a WHERE account_id = ANY ($1) AND kind = 'LIVE'
       AND NOT EXISTS (SELECT FROM balance b WHERE b.account_id = a.account_id) ORDER BY account_id`,
    [accountIds],
  );
  return new Set(rows.map((row) => row.account_id));
}

/** The accounts' own positions, flat ones too; sorted by account and symbol. */
export async function readPositions(
  reader: SqlReader,
  accountIds: readonly AccountId[],
): Promise<HeldPosition[]> {
  const rows = await reader.query<StoredPosition & { account_id: AccountId }>(
    `SELECT account_id, ${POSITION_COLUMNS} FROM position WHERE account_id = ANY ($1) ORDER BY account_id, symbol, position_side`,
    [accountIds],
  );
  return rows.map((row) => ({ accountId: row.account_id, position: readPosition(row), strategy: null }));
}

/** The virtual positions of the strategies; sorted by account, symbol and strategy. */
export async function readStrategyPositions(
  reader: SqlReader,
  accountIds: readonly AccountId[],
): Promise<HeldPosition[]> {
  const rows = await reader.query<StoredPosition & { account_id: AccountId; strategy: string }>(
    `SELECT account_id, strategy, ${POSITION_COLUMNS} FROM strategy_position
     WHERE account_id = ANY ($1) ORDER BY account_id, symbol, position_side, strategy`,
    [accountIds],
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    position: readPosition(row),
    strategy: row.strategy === '' ? null : row.strategy,
  }));
}
