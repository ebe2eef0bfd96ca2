import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { initialMargin } from '../../domain/perpetuals/linear-contract.js';
import type { Position } from '../../domain/positions/position.js';
import { AccountMargin } from '../margin/account-margin.js';
import { readMargins } from '../margin/margin-reads.js';
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

/** Balances with what orders and the margin of perpetuals lock of them, all of one snapshot; sorted by account and asset. */
export async function readHoldings(
  reader: SqlReader,
  reservations: Reservations,
  accountIds: readonly AccountId[],
): Promise<HeldAsset[]> {
  const held = await readBalances(reader, accountIds);
  const locks = new Map<string, bigint>();
  const ofOrders = await reservations.locked(reader, accountIds);
  for (const lock of [...ofOrders, ...(await readHeldMargin(reader, accountIds))]) {
    const key = `${lock.accountId} ${lock.asset}`;
    locks.set(key, (locks.get(key) ?? 0n) + lock.lockedUnits);
  }
  return held.map((row) => ({ ...row, lockedUnits: locks.get(`${row.accountId} ${row.asset}`) ?? 0n }));
}

/** Totals alone; sorted by account and asset. */
export async function readBalances(
  reader: SqlReader,
  accountIds: readonly AccountId[],
): Promise<Omit<HeldAsset, 'lockedUnits'>[]> {
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
  return rows.map((row) => ({
    accountId: row.account_id,
    asset: row.asset,
    totalUnits: BigInt(row.total),
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

/** "Perpetuals' initial margin" by account and settlement asset: a part of what is locked. */
async function readHeldMargin(
  reader: SqlReader,
  accountIds: readonly AccountId[],
): Promise<{ accountId: AccountId; asset: string; lockedUnits: bigint }[]> {
  const open = (await readPositions(reader, accountIds)).filter(
    ({ position }) => position.signedUnits !== 0n && isPerpetual(position.symbol),
  );
  if (open.length === 0) return [];
  const settings = await readMargins(reader, accountIds);
  return open.map(({ accountId, position }) => {
    const margin = AccountMargin.load(settings.get(accountId) ?? { hedged: false, markets: [] });
    const { leverage } = margin.of(position.symbol);
    const asset = MarketSymbol.parse(position.symbol).settle ?? '';
    return { accountId, asset, lockedUnits: initialMargin(position.costUnits, leverage) };
  });
}

function isPerpetual(symbol: string): boolean {
  return symbol.includes(':');
}
