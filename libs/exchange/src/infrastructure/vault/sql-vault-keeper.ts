import { Ids } from '@sextant/kernel';
import type { Database, SystemLog } from '@sextant/platform';
import { EXIT_CONFIG } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { By, ConnectionEvent } from '../../domain/connections/connection-event.js';
import { VaultKeeper } from '../../domain/connections/vault-keeper.js';
import type { RotationReport, VaultKeyStatus, VaultStatus } from '../../domain/connections/vault-keeper.js';
import type { KeyRing } from './key-ring.js';
import { keyMissing, sealingKey } from './sealing-key.js';
import { appendEvents } from './transaction.js';
import { VaultRows } from './vault-rows.js';
import type { RowChange } from './vault-rows.js';

interface KeyRow {
  kek_id: string;
  status: 'CURRENT' | 'FORMER' | 'RETIRED';
  rows: number;
}

const KEYS = `SELECT k.kek_id, k.status, count(c.*)::integer AS rows
  FROM vault_master_key k LEFT JOIN venue_credential c USING (kek_id) GROUP BY k.kek_id ORDER BY k.since, k.kek_id`;
const FACTS = `SELECT count(*)::integer AS credentials, min(sealed_at) AS oldest
  FROM venue_credential WHERE status <> 'RETIRED'`;
const UNFINISHED =
  'SELECT kind, started_at FROM vault_rotation WHERE finished_at IS NULL ORDER BY started_at';
/** One at a time decides which key seals, and writes the file of keys. */
const LOCK = 'LOCK TABLE vault_master_key IN SHARE ROW EXCLUSIVE MODE';
const RETIRE = `UPDATE vault_master_key k SET status = 'RETIRED', since = $1
  WHERE status = 'FORMER' AND NOT EXISTS (SELECT FROM venue_credential c WHERE c.kek_id = k.kek_id)
  RETURNING kek_id`;

/** The vault's master keys and rotations, in the database and in the file of keys. */
export class SqlVaultKeeper extends VaultKeeper {
  private readonly rows: VaultRows;

  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
    private readonly log: SystemLog,
    ids: Ids,
  ) {
    super();
    this.rows = new VaultRows(database, ring, log, ids);
  }

  async prepare(by: By): Promise<void> {
    const newest = this.ring.newest();
    if (newest !== null)
      await this.database.transaction((client) => this.registerFirst(client, newest.kekId, by));
    const missing = (await this.keyRows()).filter(({ kek_id, rows }) => rows > 0 && !this.ring.has(kek_id));
    if (missing.length === 0) return;
    const ids = missing.map(({ kek_id }) => kek_id).join(', ');
    const detail =
      `The vault of this database needs master keys that are not here: ${ids}. Set exchange.vault.key or ` +
      'exchange.vault.keyFile to the ones it was set up with; without them no stored venue credential can be used.';
    throw Object.assign(new Error(detail), { exitCode: EXIT_CONFIG });
  }

  async status(): Promise<VaultStatus> {
    const [keys, [facts], unfinished] = await Promise.all([
      this.keyRows(),
      this.database.query<{ credentials: number; oldest: Date | null }>(FACTS),
      this.database.query<{ kind: RotationReport['kind']; started_at: Date }>(UNFINISHED),
    ]);
    const here = this.ring.ids();
    const known = keys.map(({ kek_id: kekId, status, rows }) => ({
      kekId,
      status,
      here: here.includes(kekId),
      rows,
    }));
    const unused = here.filter((kekId) => !keys.some(({ kek_id }) => kek_id === kekId));
    return {
      keys: [
        ...known,
        ...unused.map((kekId): VaultKeyStatus => ({ kekId, status: 'UNKNOWN', here: true, rows: 0 })),
      ],
      credentials: facts?.credentials ?? 0,
      oldestSealedAt: facts?.oldest?.getTime() ?? null,
      unfinished: unfinished.map(({ kind, started_at }) => ({ kind, startedAt: started_at.getTime() })),
    };
  }

  async rotateMasterKey(by: By): Promise<RotationReport> {
    const { resumed, rotationId } = await this.rows.begin('MASTER_KEY', by, (client) =>
      this.promote(client, by),
    );
    return this.finish('MASTER_KEY', rotationId, resumed, await this.rows.rewrapAll(rotationId), by);
  }

  async rotateDataKeys(by: By): Promise<RotationReport> {
    const { resumed, rotationId, startedAt } = await this.rows.begin('DATA_KEYS', by, async (client) => {
      await sealingKey(client, this.ring);
    });
    return this.finish(
      'DATA_KEYS',
      rotationId,
      resumed,
      await this.rows.resealAll(rotationId, startedAt, by.at),
      by,
    );
  }

  private async finish(
    kind: RotationReport['kind'],
    rotationId: string,
    resumed: boolean,
    { changed, unreadable }: RowChange,
    by: By,
  ): Promise<RotationReport> {
    const retired = await this.retireKeys(by);
    if (unreadable.length === 0) await this.rows.end(kind, rotationId, by);
    const kekId = await this.database.transaction(
      async (client) => (await sealingKey(client, this.ring)).kekId,
    );
    return { kind, resumed, changed, unreadable, kekId, retired };
  }

  private async registerFirst(client: PoolClient, kekId: string, by: By): Promise<void> {
    const { rows } = await client.query('SELECT FROM vault_master_key LIMIT 1');
    if (rows.length > 0) return;
    await client.query(LOCK);
    const { rowCount } = await client.query(
      `INSERT INTO vault_master_key (kek_id, status, since)
       SELECT $1, 'CURRENT', $2 WHERE NOT EXISTS (SELECT FROM vault_master_key)`,
      [kekId, new Date(by.at)],
    );
    if (rowCount === 1) await this.tell(client, 'VaultKeyPromoted', { kekId, before: null }, by);
  }

  /**
   * The newest key becomes the sealing one. A file gets a new key first, unless one is in it that was not promoted yet:
   * a run that was killed in between is not to leave a key behind.
   */
  private async promote(client: PoolClient, by: By): Promise<void> {
    await client.query(LOCK);
    const { rows } = await client.query<KeyRow>(`SELECT kek_id, status, 0 AS rows FROM vault_master_key`);
    const before = rows.find(({ status }) => status === 'CURRENT')?.kek_id ?? null;
    this.ring.reread();
    let newest = this.ring.newest();
    if (newest?.kekId === before && this.ring.file !== null) newest = this.ring.file.add();
    if (newest === null || newest.kekId === before) {
      throw keyMissing(
        'There is no newer master key. Put one before the present one (SEXTANT_VAULT_KEY=new,old), restart every ' +
          'process with both, then rotate.',
      );
    }
    if (rows.some(({ kek_id, status }) => kek_id === newest.kekId && status === 'RETIRED')) {
      throw keyMissing(`The newest master key, ${newest.kekId}, was retired before. Make another one.`);
    }
    await client.query(`UPDATE vault_master_key SET status = 'FORMER', since = $1 WHERE status = 'CURRENT'`, [
      new Date(by.at),
    ]);
    await client.query(
      `INSERT INTO vault_master_key (kek_id, status, since) VALUES ($1, 'CURRENT', $2)
       ON CONFLICT (kek_id) DO UPDATE SET status = 'CURRENT', since = $2`,
      [newest.kekId, new Date(by.at)],
    );
    await this.tell(client, 'VaultKeyPromoted', { kekId: newest.kekId, before }, by);
  }

  /** Keys that no row needs. The file keeps every key until the database says for good that none does. */
  private async retireKeys(by: By): Promise<string[]> {
    const retired = await this.database.transaction(async (client) => {
      await client.query(LOCK);
      const { rows } = await client.query<{ kek_id: string }>(RETIRE, [new Date(by.at)]);
      for (const { kek_id: kekId } of rows) await this.tell(client, 'VaultKeyRetired', { kekId }, by);
      return rows.map(({ kek_id }) => kek_id);
    });
    await this.database.transaction(async (client) => {
      await client.query(LOCK);
      const { rows } = await client.query<KeyRow>(
        `SELECT kek_id FROM vault_master_key WHERE status = 'RETIRED'`,
      );
      this.ring.file?.remove(new Set(rows.map(({ kek_id }) => kek_id)));
    });
    return retired;
  }

  private keyRows(): Promise<KeyRow[]> {
    return this.database.query<KeyRow>(KEYS);
  }

  private tell(
    client: PoolClient,
    type: ConnectionEvent['type'],
    payload: ConnectionEvent['payload'],
    { actor, at }: By,
  ): Promise<void> {
    return appendEvents(this.log, [{ type, payload, occurredAt: at, actor }], client);
  }
}
