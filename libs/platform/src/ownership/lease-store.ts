import type { AccountId } from '@sextant/kernel';
import type { StreamPosition } from '../commit/index.js';
import { positionOf, STREAM_COLUMNS } from '../commit/stream-row.js';
import type { StreamRow } from '../commit/stream-row.js';
import type { Database } from '../database/index.js';

export interface TakenAccount {
  accountId: AccountId;
  epoch: number;
  position: StreamPosition;
}

/** An account that nobody owns, as it was seen: it may be taken only if its epoch is still the same. */
export interface FreeAccount {
  accountId: AccountId;
  epoch: number;
}

export interface AccountOwnerRow {
  ownerAddress: string | null;
  ownerLives: boolean;
  epoch: number;
}

/** A lease is lost only by being buried: burial and heartbeat meet on the same row, so one of them comes first. */
const BURY = `
DELETE FROM process_heartbeat WHERE beaten_at < now() - $1 * interval '1 millisecond' RETURNING address`;

const FREE = `
SELECT s.account_id, s.epoch FROM account_stream s
LEFT JOIN process_heartbeat h ON h.address = s.owner_address
WHERE h.address IS NULL OR (s.owner_address = $1 AND s.account_id <> ALL ($2::text[]))
ORDER BY hashtext(s.account_id || $1) LIMIT $3`;

/**
 * Compares the epoch instead of looking at the heartbeat again: after a wait for the row only its own columns are
 * checked anew, and a dead address never comes back to life.
 */
const TAKE = `
WITH input AS MATERIALIZED (SELECT * FROM unnest($2::text[], $3::bigint[]) AS i(account_id, epoch)),
locked AS MATERIALIZED (
  SELECT s.account_id FROM account_stream s JOIN input i ON s.account_id = i.account_id AND s.epoch = i.epoch
  ORDER BY s.account_id FOR NO KEY UPDATE OF s SKIP LOCKED)
UPDATE account_stream s SET owner_address = $1, epoch = s.epoch + 1 FROM locked l WHERE s.account_id = l.account_id
RETURNING ${STREAM_COLUMNS.split(', ')
  .map((column) => `s.${column}`)
  .join(', ')}`;

const RELEASE = `
UPDATE account_stream SET owner_address = NULL, epoch = epoch + 1
WHERE account_id = $1 AND owner_address = $2 AND epoch = $3`;

const OWNER = `
SELECT s.owner_address, s.epoch, h.address IS NOT NULL AS lives FROM account_stream s
LEFT JOIN process_heartbeat h ON h.address = s.owner_address WHERE s.account_id = $1`;

/** Heartbeats and owners, on the connections of the commits so that busy queries cannot hold them up. */
export class LeaseStore {
  constructor(private readonly database: Pick<Database, 'commitPool'>) {}

  async register(address: string, takesAccounts: boolean): Promise<void> {
    await this.run(
      'INSERT INTO process_heartbeat (address, beaten_at, takes_accounts) VALUES ($1, now(), $2)',
      [address, takesAccounts],
    );
  }

  /** @returns false when the process has been buried. */
  async beat(address: string): Promise<boolean> {
    const { rowCount } = await this.run('UPDATE process_heartbeat SET beaten_at = now() WHERE address = $1', [
      address,
    ]);
    return rowCount === 1;
  }

  async unregister(address: string): Promise<void> {
    await this.run('DELETE FROM process_heartbeat WHERE address = $1', [address]);
  }

  /** Buries the processes that were silent for longer than the lease. */
  async bury(leaseMs: number): Promise<string[]> {
    const { rows } = await this.run<{ address: string }>(BURY, [leaseMs]);
    return rows.map(({ address }) => address);
  }

  /** Those of the processes that have not been buried. */
  async living(addresses: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.run<{ address: string }>(
      'SELECT address FROM process_heartbeat WHERE address = ANY($1)',
      [addresses],
    );
    return new Set(rows.map(({ address }) => address));
  }

  /** The processes that live and own accounts, or may. */
  async owners(): Promise<string[]> {
    const { rows } = await this.run<{ address: string }>(
      'SELECT address FROM process_heartbeat WHERE takes_accounts',
      [],
    );
    return rows.map(({ address }) => address);
  }

  /** Accounts without a living owner, in an order of this process's own. */
  async free(address: string, mine: readonly string[], limit: number): Promise<FreeAccount[]> {
    const { rows } = await this.run<{ account_id: AccountId; epoch: string }>(FREE, [address, mine, limit]);
    return rows.map(({ account_id, epoch }) => ({ accountId: account_id, epoch: Number(epoch) }));
  }

  /** Takes those that are still as they were seen; an account that is locked at the moment is left out. */
  async take(address: string, accounts: readonly FreeAccount[]): Promise<TakenAccount[]> {
    const ids = accounts.map(({ accountId }) => accountId);
    const epochs = accounts.map(({ epoch }) => epoch);
    const { rows } = await this.run<StreamRow>(TAKE, [address, ids, epochs]);
    return rows.map((row) => ({
      accountId: row.account_id as AccountId,
      epoch: Number(row.epoch),
      position: positionOf(row),
    }));
  }

  async release(address: string, accountId: AccountId, epoch: number): Promise<void> {
    await this.run(RELEASE, [accountId, address, epoch]);
  }

  async ownerOf(accountId: AccountId): Promise<AccountOwnerRow | null> {
    type Row = { owner_address: string | null; epoch: string; lives: boolean };
    const { rows } = await this.run<Row>(OWNER, [accountId]);
    const [row] = rows;
    if (row === undefined) return null;
    return { ownerAddress: row.owner_address, ownerLives: row.lives, epoch: Number(row.epoch) };
  }

  /** How many accounts there are for how many processes. */
  async census(): Promise<{ accounts: number; processes: number }> {
    const { rows } = await this.run<{ accounts: string; processes: string }>(
      `SELECT (SELECT count(*) FROM account_stream) AS accounts,
              (SELECT count(*) FROM process_heartbeat WHERE takes_accounts) AS processes`,
      [],
    );
    return { accounts: Number(rows[0]?.accounts ?? 0), processes: Number(rows[0]?.processes ?? 0) };
  }

  private run<R extends object>(sql: string, values: unknown[]) {
    return this.database.commitPool.query<R>(sql, values);
  }
}
