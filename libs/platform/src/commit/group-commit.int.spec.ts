import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import type { AccountId, LedgerTransactionId } from '@sextant/kernel';
import pg from 'pg';
import { platformModel } from '../platform-model.js';
import { accountTable, write } from './account-table.js';
import { CommitLane } from './commit-lane.js';
import { CommitRefused, LeaseLost } from './commit-plan.js';
import type { CommitPlan, LedgerTransactionPlan } from './commit-plan.js';
import { GroupAccountCommit } from './group-account-commit.js';
import { GroupCommit } from './group-commit.js';
import { GENESIS_HASH, ledgerHash } from './hash-chain.js';

interface Item {
  account_id: string;
  item: string;
  quantity: bigint;
  note: { text: string } | null;
  price: bigint;
  at: number;
  done: boolean;
}

const columns = {
  account_id: 'text',
  item: 'text',
  quantity: 'bigint',
  note: 'jsonb',
  price: 'numeric',
  at: 'timestamptz',
  done: 'boolean',
} as const;
const items = accountTable<Item>({ name: 'item', columns, key: ['account_id', 'item'], mode: 'UPSERT' });
const once = accountTable<{ account_id: string; name: string }>({
  name: 'once',
  columns: { account_id: 'text', name: 'text' },
  key: ['account_id', 'name'],
  mode: 'INSERT',
});

const TABLES = `
CREATE TABLE item (account_id text COLLATE "C", item text, quantity bigint CONSTRAINT quantity_positive CHECK (quantity > 0),
  note jsonb, price numeric(38,0), at timestamptz(3), done boolean, PRIMARY KEY (account_id, item));
CREATE TABLE once (account_id text COLLATE "C", name text, PRIMARY KEY (account_id, name));
CREATE TABLE ledger_transaction (account_id text, transaction_id text, chain_sequence bigint, kind text, reference text,
  occurred_at timestamptz(3), memo jsonb, posting_count int, previous_hash text, hash text,
  PRIMARY KEY (account_id, transaction_id), CONSTRAINT one_reference UNIQUE (account_id, reference));
CREATE TABLE ledger_posting (account_id text, transaction_id text, line int, account text, asset text,
  amount numeric(38,0), PRIMARY KEY (account_id, transaction_id, line));
GRANT ALL ON item, once, ledger_transaction, ledger_posting TO sextant_writer`;

const idOf = (n: number) => `acc_${n.toString(16).padStart(32, '0')}` as AccountId;

function plan(accountId: string, name: string, changes: Partial<Item> = {}): CommitPlan {
  const row = { account_id: accountId, item: name, quantity: 1n, note: null, price: 1n, at: 5, done: false };
  return {
    events: [{ type: 'Noted', payload: { name }, occurredAt: 1_700_000_000_123 }],
    rows: [write(items, { ...row, ...changes })],
    ledger: [],
  };
}

describe('GroupCommit', () => {
  let test: TestDatabase;
  let owner: pg.Client;
  let groupCommit: GroupCommit;
  let accounts = 0;

  beforeAll(async () => {
    test = await createTestDatabase(platformModel);
    owner = new pg.Client(test.url);
    await owner.connect();
    await owner.query(TABLES);
    groupCommit = new GroupCommit(test.database);
  });
  afterAll(async () => {
    await owner.end();
    await test.close();
  });

  async function account(): Promise<CommitLane> {
    const id = idOf((accounts += 1));
    const opened = await new GroupAccountCommit(test.database).openStream(id, plan(id, 'opened'));
    await owner.query(`UPDATE account_stream SET owner_address = 'me' WHERE account_id = $1`, [id]);
    const eventHash = opened.events[0]?.hash ?? '';
    return new CommitLane(id, 'me', 1, { seq: 1, eventHash, ledgerSeq: 0, ledgerHash: GENESIS_HASH });
  }

  async function names(lane: CommitLane): Promise<string[]> {
    const sql = `SELECT payload->>'name' AS name FROM event_log WHERE stream_id = $1 ORDER BY stream_seq`;
    return (await owner.query<{ name: string }>(sql, [lane.accountId])).rows.map(({ name }) => name);
  }

  it('writes the plans of one account in the order of the calls, chained', async () => {
    const lane = await account();
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, n) => groupCommit.commit(lane, plan(lane.accountId, `n${n}`))),
    );
    expect(results.map(({ lastSequence }) => lastSequence)).toEqual(
      Array.from({ length: 100 }, (_, n) => n + 2),
    );
    expect(await names(lane)).toEqual(['opened', ...Array.from({ length: 100 }, (_, n) => `n${n}`)]);
  });

  it('keeps every kind of value as it was given', async () => {
    const lane = await account();
    const text = 'quote " backslash \\ brace {} comma , NULL null \n é 😀';
    const changes = {
      item: text,
      quantity: 2n ** 62n,
      note: { text },
      price: -(10n ** 37n),
      at: 1_700_000_000_001,
      done: true,
    };
    await groupCommit.commit(lane, plan(lane.accountId, 'x', changes));
    const { rows } = await owner.query('SELECT * FROM item WHERE account_id = $1 AND item = $2', [
      lane.accountId,
      text,
    ]);
    expect(rows).toEqual([
      {
        account_id: lane.accountId,
        item: text,
        quantity: String(2n ** 62n),
        note: { text },
        price: String(-(10n ** 37n)),
        at: new Date(1_700_000_000_001),
        done: true,
      },
    ]);
  });

  it('lets the last of several rows of one key win', async () => {
    const lane = await account();
    const same = (quantity: bigint) => groupCommit.commit(lane, plan(lane.accountId, 'same', { quantity }));
    await Promise.all([same(1n), same(2n), same(3n)]);
    const { rows } = await owner.query('SELECT quantity FROM item WHERE account_id = $1 AND item = $2', [
      lane.accountId,
      'same',
    ]);
    expect(rows).toEqual([{ quantity: '3' }]);
  });

  it('refuses the guilty plan alone, by the name of its constraint', async () => {
    const lanes = [await account(), await account()] as const;
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => {
        const lane = lanes[n % 2] as CommitLane;
        return groupCommit.commit(lane, plan(lane.accountId, `n${n}`, { quantity: n === 7 ? -1n : 1n }));
      }),
    );
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Error] : [],
    );
    expect(refused).toHaveLength(1);
    expect(refused[0]).toBeInstanceOf(CommitRefused);
    expect((refused[0] as CommitRefused).constraint).toBe('quantity_positive');
    expect(await names(lanes[1])).toEqual([
      'opened',
      ...[1, 3, 5, 9, 11, 13, 15, 17, 19].map((n) => `n${n}`),
    ]);
  });

  it('refuses a value that cannot be written, and a row of another account, without touching other plans', async () => {
    const [good, bad] = [await account(), await account()];
    const fraction = 0.5 as unknown as bigint;
    const results = await Promise.allSettled([
      groupCommit.commit(good, plan(good.accountId, 'a')),
      groupCommit.commit(bad, plan(bad.accountId, 'b', { quantity: fraction })),
      groupCommit.commit(bad, plan(good.accountId, 'c')),
      groupCommit.commit(bad, plan(bad.accountId, 'nul \u0000')),
      groupCommit.commit(bad, plan(bad.accountId, 'd')),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(await names(bad)).toEqual(['opened', 'd']);
  });

  it('refuses a second row of an INSERT table, in one batch or in two', async () => {
    const lane = await account();
    const insert = () =>
      groupCommit.commit(lane, {
        ...plan(lane.accountId, 'i'),
        rows: [write(once, { account_id: lane.accountId, name: 'x' })],
      });
    const results = await Promise.allSettled([insert(), insert()]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(insert()).rejects.toMatchObject({ constraint: 'once_pkey' });
  });

  it.each([
    ['the epoch was raised', 'epoch = epoch + 1'],
    ['the sequence is another', 'seq = seq + 1'],
    ['another process owns it under the same epoch', `owner_address = 'you'`],
  ])('writes nothing when %s, and says that the lease is lost', async (_, change) => {
    const [stale, good] = [await account(), await account()];
    await owner.query(`UPDATE account_stream SET ${change} WHERE account_id = $1`, [stale.accountId]);
    let lost = 0;
    stale.onLost = () => (lost += 1);
    const results = await Promise.allSettled([
      groupCommit.commit(stale, plan(stale.accountId, 'x')),
      groupCommit.commit(good, plan(good.accountId, 'y')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((results[0] as PromiseRejectedResult).reason).toBeInstanceOf(LeaseLost);
    expect(await names(stale)).toEqual(['opened']);
    expect(lost).toBe(1);
    await expect(groupCommit.commit(stale, plan(stale.accountId, 'x'))).rejects.toBeInstanceOf(LeaseLost);
  });

  it('goes on without an account that another transaction holds', async () => {
    const [held, free] = [await account(), await account()];
    await owner.query('BEGIN');
    await owner.query('SELECT FROM account_stream WHERE account_id = $1 FOR UPDATE', [held.accountId]);
    const results = await Promise.allSettled([
      groupCommit.commit(held, plan(held.accountId, 'x')),
      groupCommit.commit(free, plan(free.accountId, 'y')),
    ]);
    await owner.query('ROLLBACK');
    expect(results[0]).toMatchObject({ status: 'rejected', reason: { code: 'COMMIT_UNAVAILABLE' } });
    expect(results[1]?.status).toBe('fulfilled');
    await groupCommit.commit(held, plan(held.accountId, 'z'));
    expect(await names(held)).toEqual(['opened', 'z']);
  });

  describe('the ledger', () => {
    const booking = (reference: string, amount: bigint): LedgerTransactionPlan => ({
      transactionId: `ltx_${reference}` as LedgerTransactionId,
      kind: 'FILL',
      reference,
      occurredAt: 1_700_000_000_000,
      memo: { b: 1, a: 'x' },
      postings: [
        { account: 'assets:free', asset: 'BTC', amount },
        { account: 'equity', asset: 'BTC', amount: -amount },
      ],
    });
    const book = (lane: CommitLane, ...ledger: LedgerTransactionPlan[]) =>
      groupCommit.commit(lane, { ...plan(lane.accountId, 'booked'), rows: [], ledger });

    it('chains its transactions by hash, in the order of the plans', async () => {
      const lane = await account();
      const bookings = [1n, 2n, 3n].map((amount) => booking(`r${amount}`, amount));
      await Promise.all(bookings.map((transaction) => book(lane, transaction)));
      const { rows } = await owner.query<{ reference: string; previous_hash: string; hash: string }>(
        'SELECT reference, previous_hash, hash FROM ledger_transaction WHERE account_id = $1 ORDER BY chain_sequence',
        [lane.accountId],
      );
      let previous = GENESIS_HASH;
      const expected = bookings.map((transaction, index) => {
        const hash = ledgerHash(previous, lane.accountId, index + 1, transaction);
        const row = { reference: transaction.reference, previous_hash: previous, hash };
        previous = hash;
        return row;
      });
      expect(rows).toEqual(expected);
      const stream = await owner.query(
        'SELECT ledger_seq, ledger_hash FROM account_stream WHERE account_id = $1',
        [lane.accountId],
      );
      expect(stream.rows).toEqual([{ ledger_seq: '3', ledger_hash: previous }]);
    });

    it('refuses a reference that is booked already, and goes on', async () => {
      const lane = await account();
      await book(lane, booking('r', 5n));
      await expect(
        book(lane, { ...booking('r', 5n), transactionId: 'ltx_2' as LedgerTransactionId }),
      ).rejects.toMatchObject({
        constraint: 'one_reference',
      });
      await book(lane, booking('s', 5n));
      expect(lane.position.ledgerSeq).toBe(2);
    });

    it('never sends a transaction that does not balance, nor a plan without an event', async () => {
      const lane = await account();
      const lopsided = booking('r', 5n);
      lopsided.postings.pop();
      await expect(book(lane, lopsided)).rejects.toThrow('off by 5 BTC');
      await expect(groupCommit.commit(lane, { events: [], rows: [], ledger: [] })).rejects.toThrow(
        'at least one event',
      );
    });
  });

  it('opens a stream once: the same plan again is the same answer, another plan is refused', async () => {
    const id = idOf(9_999);
    const commit = new GroupAccountCommit(test.database);
    const first = await commit.openStream(id, plan(id, 'opened'));
    expect(await commit.openStream(id, plan(id, 'opened'))).toEqual(first);
    await expect(commit.openStream(id, plan(id, 'otherwise'))).rejects.toBeInstanceOf(CommitRefused);
  });
});
