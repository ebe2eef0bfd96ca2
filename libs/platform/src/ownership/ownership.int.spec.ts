import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { request } from 'node:http';
import { GroupAccountCommit, GroupCommit } from '../commit/index.js';
import { platformModel } from '../platform-model.js';
import { SystemClock, SystemTimers } from '../time/index.js';
import { AccountRuntime } from './account-owner.js';
import type { AccountLease, AccountSession } from './account-owner.js';
import { OWNERSHIP_DEFAULTS } from './ownership-options.js';
import { Ownership } from './ownership.js';

const FAST = {
  ...OWNERSHIP_DEFAULTS,
  beatMs: 60,
  leaseMs: 400,
  guardMs: 50,
  drainMs: 500,
  forwardTimeoutMs: 700,
};

class Sessions extends AccountRuntime {
  readonly events: string[] = [];
  readonly leases: AccountLease[] = [];
  failing = false;

  constructor(private readonly name: string) {
    super();
  }

  override async open(lease: AccountLease): Promise<AccountSession> {
    if (this.failing) throw new Error('cannot be opened');
    this.events.push(`open ${lease.accountId.slice(-1)}`);
    this.leases.push(lease);
    return {
      execute: (type, payload) => this.execute(lease, type, payload),
      close: async (reason) => void this.events.push(`close ${lease.accountId.slice(-1)} ${reason}`),
    };
  }

  private async execute(lease: AccountLease, type: string, payload: JsonValue): Promise<JsonValue> {
    if (type === 'refuse') throw new DomainError('NOT_SO', 'because', { pointer: '/x', amount: 5n });
    if (type === 'hang') return new Promise(() => undefined);
    if (type === 'crash') throw new Error('a bug');
    if (type === 'commit') {
      const events = [{ type: 'Noted', payload: { payload }, occurredAt: 5 }];
      return (await lease.commit({ events, rows: [], ledger: [] })).lastSequence;
    }
    return { by: this.name, payload };
  }
}

describe('Ownership', () => {
  let test: TestDatabase;
  const running: Ownership[] = [];
  const clock = new SystemClock();
  let count = 0;

  beforeEach(async () => {
    test = await createTestDatabase(platformModel);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((ownership) => ownership.stop()));
    await test.close();
  });

  async function account(): Promise<AccountId> {
    const id = `acc_${(count += 1).toString(16).padStart(32, '0')}` as AccountId;
    const events = [{ type: 'Opened', payload: {}, occurredAt: 1 }];
    await new GroupAccountCommit(test.database).openStream(id, { events, rows: [], ledger: [] });
    return id;
  }

  async function start(name: string, options = {}, timers = new SystemTimers()) {
    const runtime = new Sessions(name);
    const left: { reason?: unknown }[] = [];
    const logger = {
      info: (message: string, fields: object = {}) => void (message === 'Account left' && left.push(fields)),
      warn: () => undefined,
      error: () => undefined,
    };
    const database = test.database;
    const groupCommit = new GroupCommit(database);
    const parts = { database, groupCommit, runtime, clock, timers, logger, forwardingSecret: 'x'.repeat(32) };
    const ownership = new Ownership(parts, { ...FAST, ...options });
    await ownership.start();
    running.push(ownership);
    return {
      runtime,
      ownership,
      left,
      execute: (id: AccountId, type: string, payload: JsonValue = null) =>
        ownership.owner.execute(id, type, payload),
    };
  }

  it('takes what nobody owns, and executes there from every process', async () => {
    const id = await account();
    const a = await start('a');
    const b = await start('b', { spreads: false });
    expect(await a.execute(id, 'echo', { x: 1 })).toEqual({ by: 'a', payload: { x: 1 } });
    expect(await b.execute(id, 'echo', [1, 'é'])).toEqual({ by: 'a', payload: [1, 'é'] });
    expect(await b.execute(id, 'commit', 1)).toBe(2);
  });

  it('passes an error of the domain on unchanged, and hides a bug', async () => {
    const id = await account();
    await start('a');
    const b = await start('b', { spreads: false });
    await expect(b.execute(id, 'refuse')).rejects.toMatchObject({
      code: 'NOT_SO',
      message: 'because',
      context: { pointer: '/x', amount: '5' },
    });
    await expect(b.execute(id, 'crash')).rejects.toMatchObject({
      code: 'ACCOUNT_OWNER_UNREACHABLE',
      context: { outcome: 'UNKNOWN' },
    });
    await expect(b.execute(id, 'hang')).rejects.toMatchObject({ context: { outcome: 'UNKNOWN' } });
    await expect(b.execute('acc_unknown' as AccountId, 'echo')).rejects.toMatchObject({
      code: 'ACCOUNT_UNKNOWN',
    });
  });

  it('tells every process that owns accounts, and says which one did not answer', async () => {
    const a = await start('a');
    const b = await start('b');
    const c = await start('c', { takesAccounts: false });
    for (const [name, { ownership }] of Object.entries({ a, b, c })) {
      ownership.peers.handle('name', async (payload) => ({ name, payload }));
    }
    const told = await c.ownership.peers.tell('name', { x: 1 }, 500);
    const names = told.map(({ answer }) => (answer as { name: string } | null)?.name);
    expect(names.sort()).toEqual(['a', 'b', 'c']);
    b.ownership.peers.handle('name', () => new Promise(() => undefined));
    a.ownership.peers.handle('name', () => Promise.reject(new Error('a bug')));
    const silent = await c.ownership.peers.tell('name', null, 200);
    expect(silent.map(({ answer }) => answer).filter((answer) => answer === null)).toHaveLength(2);
  });

  it('hands accounts over at the end, and another process serves them at once', async () => {
    const id = await account();
    const a = await start('a');
    const b = await start('b', { spreads: false });
    await a.execute(id, 'echo');
    running.splice(0, 1);
    await a.ownership.stop();
    expect(a.runtime.events.at(-1)).toMatch(/SHUTDOWN/);
    expect(a.left.map(({ reason }) => reason)).toEqual(['SHUTDOWN']);
    expect(await b.execute(id, 'echo', 2)).toEqual({ by: 'b', payload: 2 });
    expect(await b.execute(id, 'commit')).toBe(2);
  });

  it('opens an account once, however many ask for it while it is taken', async () => {
    const a = await start('a');
    for (let round = 0; round < 30; round += 1) {
      const id = await account();
      await Promise.all(Array.from({ length: 8 }, () => a.execute(id, 'echo')));
    }
    expect(a.runtime.leases).toHaveLength(30);
    expect(a.left).toEqual([]);
  });

  it('takes nothing more once it stops', async () => {
    const id = await account();
    const a = await start('a', { spreads: false });
    running.splice(0, 1);
    const stopping = a.ownership.stop();
    await expect(a.execute(id, 'echo')).rejects.toMatchObject({
      code: 'ACCOUNT_OWNER_UNREACHABLE',
      context: { outcome: 'NOT_EXECUTED' },
    });
    await stopping;
    expect(a.runtime.events).toEqual([]);
  });

  it('shares the accounts fairly when another process joins', async () => {
    for (let n = 0; n < 9; n += 1) await account();
    const a = await start('a');
    expect(a.ownership.accounts.size).toBe(9);
    const b = await start('b');
    const c = await start('c');
    await until(() => [a, b, c].every(({ ownership }) => ownership.accounts.size === 3));
    expect(a.runtime.events.filter((event) => event.endsWith('RELEASED'))).not.toEqual([]);
  });

  it('loses its leases when it was silent, stops believing in them before that, and cannot write any more', async () => {
    const id = await account();
    const timers = new PausableTimers();
    const a = await start('a', {}, timers);
    const [lease] = a.runtime.leases as [AccountLease];
    const b = await start('b', { spreads: false });
    expect(lease.isHeld()).toBe(true);
    timers.paused = true;
    await until(() => !lease.isHeld());
    const row = await test.database.query(
      'SELECT owner_address LIKE $2 AS mine FROM account_stream WHERE account_id = $1',
      [id, '127.0.0.1:%'],
    );
    expect(row).toEqual([{ mine: true }]);
    await until(
      () =>
        b.execute(id, 'echo').then(
          (answer) => (answer as { by: string }).by === 'b',
          () => false,
        ),
      3_000,
    );
    const plan = { events: [{ type: 'Late', payload: {}, occurredAt: 1 }], rows: [], ledger: [] };
    await expect(lease.commit(plan)).rejects.toMatchObject({ name: 'LeaseLost' });
    timers.paused = false;
    await until(() => a.runtime.events.some((event) => event.endsWith('LOST')));
    expect(lease.isHeld()).toBe(false);
    expect(await a.execute(id, 'echo')).toMatchObject({ by: 'b' });
  });

  it('waits no longer for an owner that was declared dead', async () => {
    const id = await account();
    const paused = new PausableTimers();
    const a = await start('a', {}, paused);
    await a.execute(id, 'echo');
    const b = await start('b', { spreads: false, forwardTimeoutMs: 60_000 });
    const asked = b.execute(id, 'hang');
    paused.paused = true;
    await expect(asked).rejects.toMatchObject({ context: { outcome: 'UNKNOWN' } });
    paused.paused = false;
  });

  it('gives an account back that cannot be opened, and tells the caller to come again', async () => {
    const a = await start('a', { spreads: false });
    const id = await account();
    a.runtime.failing = true;
    await expect(a.execute(id, 'echo')).rejects.toMatchObject({
      code: 'ACCOUNT_OWNER_UNREACHABLE',
      context: { outcome: 'NOT_EXECUTED' },
      cause: new Error('cannot be opened'),
    });
    a.runtime.failing = false;
    expect(await a.execute(id, 'echo')).toMatchObject({ by: 'a' });
  });

  it('answers nobody who does not know the secret', async () => {
    const id = await account();
    await start('a');
    const [row] = await test.database.query<{ owner_address: string }>(
      'SELECT owner_address FROM account_stream',
    );
    const base = `http://${row?.owner_address.split('/')[0]}`;
    const path = `/internal/accounts/${id}/commands`;
    const headers = {
      'x-sextant-time': String(Date.now()),
      'x-sextant-nonce': 'n',
      'x-sextant-owner': row?.owner_address,
    };
    expect(await post(`${base}${path}`, '{}', {})).toBe(401);
    expect(await post(`${base}${path}`, '{}', { ...headers, 'x-sextant-signature': '0'.repeat(64) })).toBe(
      401,
    );
    expect(await post(`${base}/other`, '{}', {})).toBe(404);
    expect(await post(`${base}${path}`, 'x'.repeat(2_000_000), {})).toBe(413);
  });
});

/** Timers of a process that stands still. */
class PausableTimers extends SystemTimers {
  paused = false;

  override setTimer(delayMs: number, run: () => void | Promise<void>) {
    const tick = (): void => {
      if (this.paused) super.setTimer(10, tick);
      else void run();
    };
    return super.setTimer(delayMs, tick);
  }
}

async function until(condition: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function post(url: string, body: string, headers: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { ...headers } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
