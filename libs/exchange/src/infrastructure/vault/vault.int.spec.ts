import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { CredentialId } from '../../domain/connections/exchange-connection.js';
import { KeyRingFile } from './key-ring-file.js';
import { masterKeyOf } from './master-key.js';
import { VaultWorld } from './vault-world.contract.js';

const OLD = 'the old master key of this installation';
const NEW = 'the new master key of this installation';
const [oldId, newId] = [masterKeyOf(OLD).kekId, masterKeyOf(NEW).kekId];
const SECRETS = {
  apiKey: 'public part of the key',
  secret: 'private part of the key',
  passphrase: 'third part',
};
const ROWS = 3;

let world: VaultWorld;
let directory: string;

beforeEach(async () => {
  world = await VaultWorld.make();
  directory = mkdtempSync(join(tmpdir(), 'sextant-vault-'));
});
afterEach(async () => {
  await world.close();
  rmSync(directory, { recursive: true });
});

/** A process that dies at its n-th transaction: before it, inside it, or right after its commit. */
function dying(database: Database, at: number, when: 'BEFORE' | 'INSIDE' | 'AFTER'): Database {
  let count = 0;
  const killed = new Error('killed');
  return Object.create(database, {
    transaction: {
      value: async <T>(run: (client: PoolClient) => Promise<T>): Promise<T> => {
        count += 1;
        if (count < at) return database.transaction(run);
        if (count > at || when === 'BEFORE') throw killed;
        const result = await database.transaction(async (client) => {
          const done = await run(client);
          if (when === 'INSIDE') throw killed;
          return done;
        });
        throw Object.assign(killed, { result });
      },
    },
  }) as Database;
}

async function filled(keys: string | KeyRingFile) {
  const process = world.process(keys);
  await process.keeper.prepare(world.by('system'));
  const stored = [];
  for (let row = 0; row < ROWS; row += 1) {
    const secrets = { ...SECRETS, apiKey: `${SECRETS.apiKey} ${row}` };
    stored.push({ ...(await world.connected(process, secrets)), secrets });
  }
  world.clock.advance(60_000);
  return { process, stored };
}

async function expectAllOpen(
  { vault }: ReturnType<VaultWorld['process']>,
  stored: readonly { credentialId: CredentialId; secrets: object }[],
): Promise<void> {
  for (const { credentialId, secrets } of stored) {
    expect(await vault.open(credentialId)).toEqual({ credentialId, ...secrets });
  }
}

describe('the vault', () => {
  it('gives back what was stored, and keeps it as ciphertext alone', async () => {
    const { process, stored } = await filled(OLD);
    await expectAllOpen(process, stored);
    const rows = await world.database.query<{ text: string }>(
      'SELECT v::text AS text FROM venue_credential v',
    );
    const hex = (text: string) => Buffer.from(text).toString('hex');
    for (const { text } of rows) {
      for (const part of Object.values(SECRETS)) {
        expect(text).not.toContain(part);
        expect(text).not.toContain(hex(part));
      }
    }
  });

  it('opens no ciphertext in a row it does not belong to', async () => {
    const { process, stored } = await filled(OLD);
    const [one, two] = stored;
    const swap = (columns: string) =>
      world.database.query(
        `UPDATE venue_credential a SET ${columns
          .split(',')
          .map((name) => `${name} = b.${name}`)
          .join(', ')}
         FROM venue_credential b WHERE (a.credential_id, b.credential_id) IN (($1, $2), ($2, $1))`,
        [one!.credentialId, two!.credentialId],
      );
    for (const columns of [
      'ciphertext',
      'wrapped_key',
      'ciphertext,wrapped_key',
      'tenant_id',
      'account_id',
    ]) {
      await swap(columns);
      await expect(process.vault.open(one!.credentialId)).rejects.toMatchObject({ code: 'VAULT_UNREADABLE' });
      await expect(process.vault.open(two!.credentialId)).rejects.toMatchObject({ code: 'VAULT_UNREADABLE' });
      await swap(columns);
    }
    await world.database.query(`UPDATE venue_credential SET venue = 'KRAKEN' WHERE credential_id = $1`, [
      one!.credentialId,
    ]);
    await expect(process.vault.open(one!.credentialId)).rejects.toMatchObject({ code: 'VAULT_UNREADABLE' });
    expect(await process.vault.open(two!.credentialId)).toMatchObject(two!.secrets);
  });

  it('lets a start fail where the master key of stored credentials is missing or another one', async () => {
    await filled(OLD);
    await expect(world.process(NEW).keeper.prepare(world.by())).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining(oldId),
    });
    const none = world.process(new KeyRingFile(join(directory, 'none'), false));
    await expect(none.keeper.prepare(world.by())).rejects.toMatchObject({ exitCode: 78 });
  });

  it('lets an empty vault start without a key, and says what is missing when something is to be kept', async () => {
    const none = world.process(new KeyRingFile(join(directory, 'none'), false));
    await none.keeper.prepare(world.by());
    await expect(none.vault.assertUsable()).rejects.toMatchObject({ code: 'VAULT_KEY_MISSING' });
    await expect(world.connected(none)).rejects.toMatchObject({ code: 'VAULT_KEY_MISSING' });
    expect(await world.database.query('SELECT FROM exchange_connection')).toEqual([]);
  });

  it('agrees on one first key when several processes begin', async () => {
    const processes = Array.from({ length: 4 }, () =>
      world.process(new KeyRingFile(join(directory, 'keys'), true)),
    );
    await Promise.all(processes.map(({ keeper }) => keeper.prepare(world.by())));
    const { keys } = await processes[0]!.keeper.status();
    expect(keys).toEqual([expect.objectContaining({ status: 'CURRENT', here: true })]);
    expect((await world.events()).filter((type) => type === 'VaultKeyPromoted')).toHaveLength(1);
  });

  it('tells a credential that is kept from one whose end was asked for', async () => {
    const { process, stored } = await filled(OLD);
    const { credentialId } = stored[0]!;
    await process.vault.assertKept(credentialId);
    await world.database.transaction(async (client) => {
      await process.vault.drain(credentialId, world.clock.now() + 1000, client);
      const lost = { code: 'CREDENTIAL_DESTROYED' };
      await expect(process.vault.assertKept(credentialId, client)).rejects.toMatchObject(lost);
    });
    await process.vault.assertKept(stored[1]!.credentialId);
  });

  it('destroys a drained credential at its time, not before', async () => {
    const { process, stored } = await filled(OLD);
    const { credentialId } = stored[0]!;
    const now = world.clock.now();
    await world.database.transaction((client) => process.vault.drain(credentialId, now + 1000, client));
    expect(await process.vault.retireDrained(world.by())).toBe(0);
    expect(await process.vault.open(credentialId)).toMatchObject(stored[0]!.secrets);
    world.clock.advance(1000);
    expect(await process.vault.retireDrained(world.by())).toBe(1);
    expect(await process.vault.retireDrained(world.by())).toBe(0);
    await expect(process.vault.open(credentialId)).rejects.toMatchObject({ code: 'CREDENTIAL_DESTROYED' });
    const rows = await world.database.query(
      'SELECT ciphertext, wrapped_key FROM venue_credential WHERE credential_id = $1',
      [credentialId],
    );
    expect(rows).toEqual([{ ciphertext: null, wrapped_key: null }]);
    expect((await world.events()).at(-1)).toBe('VenueCredentialRetired');
  });
});

describe('a rotation of the master key', () => {
  it('wraps every row with the newer key, and then the older one can go', async () => {
    const { stored } = await filled(OLD);
    const both = world.process(`${NEW},${OLD}`);
    await both.keeper.prepare(world.by());
    const report = await both.keeper.rotateMasterKey(world.by());
    expect(report).toEqual({
      ...{
        kind: 'MASTER_KEY',
        resumed: false,
        changed: ROWS,
        unreadable: [],
        kekId: newId,
        retired: [oldId],
      },
    });
    const after = world.process(NEW);
    await after.keeper.prepare(world.by());
    await expectAllOpen(after, stored);
    expect((await world.events()).slice(-3)).toEqual([
      'VaultKeyPromoted',
      'VaultKeyRetired',
      'VaultRotationFinished',
    ]);
  });

  it('needs a newer key', async () => {
    const { process } = await filled(OLD);
    await expect(process.keeper.rotateMasterKey(world.by())).rejects.toMatchObject({
      code: 'VAULT_KEY_MISSING',
    });
    expect((await process.keeper.status()).unfinished).toEqual([]);
  });

  it('makes the newer key by itself where the keys lie in a file, and takes the older one out at the end', async () => {
    const file = new KeyRingFile(join(directory, 'keys'), true);
    const { process, stored } = await filled(file);
    const [before] = process.ring.ids();
    const { kekId, retired } = await process.keeper.rotateMasterKey(world.by());
    expect(retired).toEqual([before]);
    expect(file.read()!.map((key) => key.kekId)).toEqual([kekId]);
    await expectAllOpen(world.process(file), stored);
  });

  it('is seen by a process that runs on with the file as it was', async () => {
    const file = new KeyRingFile(join(directory, 'keys'), true);
    const { process, stored } = await filled(file);
    await expectAllOpen(process, stored);
    await world.process(new KeyRingFile(join(directory, 'keys'), false)).keeper.rotateMasterKey(world.by());
    await expectAllOpen(process, stored);
    const { credentialId } = await world.connected(process);
    expect(await process.vault.open(credentialId)).toMatchObject({ secret: 'secret of a test' });
  });

  it('keeps a process that has only the older key from sealing with it', async () => {
    const { process } = await filled(OLD);
    await world.process(`${NEW},${OLD}`).keeper.rotateMasterKey(world.by());
    await expect(world.connected(process)).rejects.toMatchObject({ code: 'VAULT_KEY_MISSING' });
  });

  const moments = ['BEFORE', 'INSIDE', 'AFTER'] as const;
  // begin, one transaction a row, the look behind the last row, retire, file, end, report
  const steps = Array.from({ length: ROWS + 6 }, (_, index) => index + 1);

  it.each(moments)(
    'killed %s any of its transactions leaves every row readable, and goes on from there',
    async (when) => {
      const file = new KeyRingFile(join(directory, 'keys'), true);
      const { stored } = await filled(file);
      for (const step of steps) {
        const before = readFileSync(file.path, 'utf8');
        const killed = world.process(file, dying(world.database, step, when));
        await expect(killed.keeper.rotateMasterKey(world.by())).rejects.toThrow('killed');
        await expectAllOpen(world.process(file), stored);
        const { keys } = await world.process(file).keeper.status();
        expect(keys.filter(({ rows, here }) => rows > 0 && !here)).toEqual([]);
        const next = await world.process(file).keeper.rotateMasterKey(world.by());
        await expectAllOpen(world.process(file), stored);
        expect(next.unreadable).toEqual([]);
        expect(file.read()!.map(({ kekId }) => kekId)).toEqual([next.kekId]);
        expect(readFileSync(file.path, 'utf8')).not.toBe(before);
      }
      const rotations = await world.database.query<{ changed: number }>('SELECT changed FROM vault_rotation');
      expect(rotations.every(({ changed }) => changed === ROWS)).toBe(true);
    },
  );

  it('says which credentials do not open, keeps the older key for them, and ends when they are gone', async () => {
    const { process, stored } = await filled(OLD);
    const [broken] = stored;
    await world.database.query(
      `UPDATE venue_credential SET wrapped_key = ciphertext WHERE credential_id = $1`,
      [broken!.credentialId],
    );
    const both = world.process(`${NEW},${OLD}`);
    const report = await both.keeper.rotateMasterKey(world.by());
    expect(report).toMatchObject({ changed: ROWS - 1, unreadable: [broken!.credentialId], retired: [] });
    expect((await both.keeper.status()).unfinished).toHaveLength(1);
    await world.database.transaction((client) =>
      process.vault.drain(broken!.credentialId, world.clock.now(), client),
    );
    await process.vault.retireDrained(world.by());
    expect(await both.keeper.rotateMasterKey(world.by())).toMatchObject({
      resumed: true,
      retired: [oldId],
      kekId: newId,
    });
    expect((await both.keeper.status()).unfinished).toEqual([]);
  });
});

describe('a rotation of the data keys', () => {
  const moments = ['BEFORE', 'INSIDE', 'AFTER'] as const;

  it.each(moments)(
    'encrypts every credential anew, once, also when it is killed %s any row',
    async (when) => {
      const { process, stored } = await filled(OLD);
      for (let step = 1; step <= ROWS + 1; step += 1) {
        world.clock.advance(60_000);
        const before = await versions();
        const killed = world.process(OLD, dying(world.database, step, when));
        await expect(killed.keeper.rotateDataKeys(world.by())).rejects.toThrow('killed');
        await expectAllOpen(process, stored);
        world.clock.advance(1000);
        await process.keeper.rotateDataKeys(world.by());
        await expectAllOpen(process, stored);
        expect(await versions()).toEqual(before.map((version) => version + 1));
      }
    },
  );

  it('leaves nothing of the older ciphertext that would open', async () => {
    const { process, stored } = await filled(OLD);
    const { credentialId } = stored[0]!;
    const columns = 'wrapped_key, ciphertext, kek_id';
    const [older] = await world.database.query<object>(
      `SELECT ${columns} FROM venue_credential WHERE credential_id = $1`,
      [credentialId],
    );
    await process.keeper.rotateDataKeys(world.by());
    const { wrapped_key, ciphertext } = older as { wrapped_key: Buffer; ciphertext: Buffer };
    await world.database.query(
      'UPDATE venue_credential SET wrapped_key = $2, ciphertext = $3 WHERE credential_id = $1',
      [credentialId, wrapped_key, ciphertext],
    );
    await expect(process.vault.open(credentialId)).rejects.toMatchObject({ code: 'VAULT_UNREADABLE' });
  });

  async function versions(): Promise<number[]> {
    const rows = await world.database.query<{ key_version: number }>(
      'SELECT key_version FROM venue_credential ORDER BY credential_id',
    );
    return rows.map(({ key_version }) => key_version);
  }
});
