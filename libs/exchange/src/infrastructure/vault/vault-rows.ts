import type { EpochMs, Ids } from '@sextant/kernel';
import type { Database, SystemLog } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { By } from '../../domain/connections/connection-event.js';
import type { RotationKind } from '../../domain/connections/vault-keeper.js';
import { bindingOf, envelopeOf, SEALED_COLUMNS } from './credential-row.js';
import type { SealedRow } from './credential-row.js';
import { EnvelopeBroken, open, rewrap, seal } from './envelope.js';
import type { KeyRing } from './key-ring.js';
import { sealingKey } from './sealing-key.js';
import { appendEvents } from './transaction.js';

export interface RowChange {
  changed: number;
  /** Ids of credentials that do not open. */
  unreadable: string[];
}

interface Begun {
  rotationId: string;
  startedAt: EpochMs;
  resumed: boolean;
}

const OPEN_ROTATION = `SELECT rotation_id, started_at FROM vault_rotation
  WHERE kind = $1 AND finished_at IS NULL FOR UPDATE`;
const NEXT = (condition: string) => `SELECT ${SEALED_COLUMNS} FROM venue_credential
  WHERE status <> 'RETIRED' AND credential_id > $1 AND ${condition} ORDER BY credential_id LIMIT 1 FOR UPDATE`;
const NEXT_TO_REWRAP = NEXT('kek_id <> $2');
const NEXT_TO_RESEAL = NEXT('sealed_at < $2');
const REWRAP = 'UPDATE venue_credential SET kek_id = $2, wrapped_key = $3 WHERE credential_id = $1';
const RESEAL = `UPDATE venue_credential SET kek_id = $2, wrapped_key = $3, ciphertext = $4, key_version = $5, sealed_at = $6
  WHERE credential_id = $1`;

const COUNT = 'UPDATE vault_rotation SET changed = changed + 1 WHERE rotation_id = $1';

/** Goes through the rows of the vault, each in a transaction of its own: killed anywhere, every row opens. */
export class VaultRows {
  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
    private readonly log: SystemLog,
    private readonly ids: Ids,
  ) {}

  /** The rotation of this kind that was interrupted, else a new one, for which `prepare` runs in the same transaction. */
  begin(kind: RotationKind, by: By, prepare: (client: PoolClient) => Promise<void>): Promise<Begun> {
    const rotationId: string = this.ids.next('rot');
    return this.database.transaction(async (client) => {
      const { rows } = await client.query<{ rotation_id: string; started_at: Date }>(OPEN_ROTATION, [kind]);
      const [interrupted] = rows;
      if (interrupted !== undefined) {
        const { rotation_id, started_at } = interrupted;
        return { rotationId: rotation_id, startedAt: started_at.getTime(), resumed: true };
      }
      await prepare(client);
      await client.query(
        'INSERT INTO vault_rotation (rotation_id, kind, started_at, changed) VALUES ($1, $2, $3, 0)',
        [rotationId, kind, new Date(by.at)],
      );
      return { rotationId, startedAt: by.at, resumed: false };
    });
  }

  /** Wraps the data keys of all rows with the key that seals now. */
  rewrapAll(rotationId: string): Promise<RowChange> {
    return this.each(rotationId, async (client, after) => {
      const to = await sealingKey(client, this.ring);
      const { rows } = await client.query<SealedRow>(NEXT_TO_REWRAP, [after, to.kekId]);
      const [row] = rows;
      if (row === undefined) return null;
      return this.changed(row, async () => {
        const from = this.keyOf(row);
        const { kekId, wrappedKey } = rewrap(envelopeOf(row), bindingOf(row), from, to);
        await client.query(REWRAP, [row.credential_id, kekId, wrappedKey]);
      });
    });
  }

  /** Encrypts every credential that was sealed before `before` under a new data key. */
  resealAll(rotationId: string, before: EpochMs, at: EpochMs): Promise<RowChange> {
    return this.each(rotationId, async (client, after) => {
      const to = await sealingKey(client, this.ring);
      const { rows } = await client.query<SealedRow>(NEXT_TO_RESEAL, [after, new Date(before)]);
      const [row] = rows;
      if (row === undefined) return null;
      return this.changed(row, async () => {
        const binding = bindingOf(row);
        const secrets = open(envelopeOf(row), binding, this.keyOf(row));
        const keyVersion = binding.keyVersion + 1;
        const { kekId, wrappedKey, ciphertext } = seal(secrets, { ...binding, keyVersion }, to);
        const values = [row.credential_id, kekId, wrappedKey, ciphertext, keyVersion, new Date(at)];
        await client.query(RESEAL, values);
      });
    });
  }

  async end(kind: RotationKind, rotationId: string, by: By): Promise<void> {
    await this.database.transaction(async (client) => {
      const { rows } = await client.query<{ changed: number }>(
        `UPDATE vault_rotation SET finished_at = $2 WHERE rotation_id = $1 AND finished_at IS NULL RETURNING changed`,
        [rotationId, new Date(by.at)],
      );
      const [row] = rows;
      if (row === undefined) return; // another run of it was faster
      const payload = { rotationId, kind, rows: row.changed };
      const { at: occurredAt, actor } = by;
      await appendEvents(this.log, [{ type: 'VaultRotationFinished', payload, occurredAt, actor }], client);
    });
  }

  /** `next` changes the row after the given id and answers which one that was; null at the end. */
  private async each(
    rotationId: string,
    next: (client: PoolClient, after: string) => Promise<{ id: string; readable: boolean } | null>,
  ): Promise<RowChange> {
    const change: RowChange = { changed: 0, unreadable: [] };
    for (let after = ''; ;) {
      const done = await this.database.transaction(async (client) => {
        const row = await next(client, after);
        if (row?.readable === true) await client.query(COUNT, [rotationId]);
        return row;
      });
      if (done === null) return change;
      if (done.readable) change.changed += 1;
      else change.unreadable.push(done.id);
      after = done.id;
    }
  }

  private async changed(
    row: SealedRow,
    work: () => Promise<void>,
  ): Promise<{ id: string; readable: boolean }> {
    try {
      await work();
      return { id: row.credential_id, readable: true };
    } catch (error) {
      if (!(error instanceof EnvelopeBroken)) throw error;
      return { id: row.credential_id, readable: false };
    }
  }

  private keyOf({ kek_id: kekId }: SealedRow) {
    const key = this.ring.find(kekId);
    if (key === null) throw new EnvelopeBroken(`The master key ${kekId} is not here.`);
    return key;
  }
}
