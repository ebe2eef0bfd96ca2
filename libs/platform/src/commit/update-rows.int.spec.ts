import type { AccountId } from '@sextant/kernel';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import pg from 'pg';
import { platformModel } from '../platform-model.js';
import { accountTable, write } from './account-table.js';
import { CommitLane } from './commit-lane.js';
import { CommitRefused } from './commit-plan.js';
import type { CommitPlan } from './commit-plan.js';
import { GroupAccountCommit } from './group-account-commit.js';
import { GroupCommit } from './group-commit.js';
import { GENESIS_HASH } from './hash-chain.js';

interface Box {
  account_id: string;
  box: string;
  colour: string;
  weight: bigint | null;
}

const key = ['account_id', 'box'] as const;
const boxes = accountTable<Box>({
  name: 'box',
  columns: { account_id: 'text', box: 'text', colour: 'text', weight: 'bigint' },
  key,
  mode: 'INSERT',
});
const weights = accountTable<Omit<Box, 'colour'>>({
  name: 'box',
  columns: { account_id: 'text', box: 'text', weight: 'bigint' },
  key,
  mode: 'UPDATE',
});

const TABLE = `
CREATE TABLE box (account_id text COLLATE "C", box text COLLATE "C", colour text NOT NULL, weight bigint,
  PRIMARY KEY (account_id, box)) WITH (fillfactor = 50);
GRANT ALL ON box TO sextant_writer`;

let test: TestDatabase;
let owner: pg.Client;
let groupCommit: GroupCommit;
let accounts = 0;

beforeAll(async () => {
  test = await createTestDatabase(platformModel);
  owner = new pg.Client(test.url);
  await owner.connect();
  await owner.query(TABLE);
  groupCommit = new GroupCommit(test.database);
});

afterAll(async () => {
  await owner.end();
  await test.close();
});

function plan(...rows: CommitPlan['rows']): CommitPlan {
  return { events: [{ type: 'Noted', payload: {}, occurredAt: 1 }], rows, ledger: [] };
}

async function account(): Promise<CommitLane> {
  const id = `acc_${String((accounts += 1)).padStart(32, '0')}` as AccountId;
  const opened = await new GroupAccountCommit(test.database).openStream(id, plan());
  await owner.query(`UPDATE account_stream SET owner_address = 'me' WHERE account_id = $1`, [id]);
  const eventHash = opened.events[0]?.hash ?? '';
  return new CommitLane(id, 'me', 1, { seq: 1, eventHash, ledgerSeq: 0, ledgerHash: GENESIS_HASH });
}

const insert = ({ accountId }: CommitLane, box: string, weight: bigint | null) =>
  write(boxes, { account_id: accountId, box, colour: 'red', weight });
const weigh = ({ accountId }: CommitLane, box: string, weight: bigint | null) =>
  write(weights, { account_id: accountId, box, weight });

async function stored({ accountId }: CommitLane): Promise<string[]> {
  const sql = 'SELECT box, colour, weight FROM box WHERE account_id = $1 ORDER BY box';
  const { rows } = await owner.query<Box>(sql, [accountId]);
  return rows.map(({ box, colour, weight }) => `${box} ${colour} ${weight}`);
}

it('changes the columns it names, in the rows of their own accounts', async () => {
  const [one, two] = [await account(), await account()];
  await Promise.all([one, two].map((lane) => groupCommit.commit(lane, plan(insert(lane, 'a', 1n)))));
  await Promise.all([
    groupCommit.commit(one, plan(weigh(one, 'a', 2n))),
    groupCommit.commit(two, plan(weigh(two, 'a', null))),
  ]);
  expect(await stored(one)).toEqual(['a red 2']);
  expect(await stored(two)).toEqual(['a red null']);
});

it('refuses the plan whose row is not there, alone and without a trace', async () => {
  const lanes = [await account(), await account()] as const;
  await groupCommit.commit(lanes[0], plan(insert(lanes[0], 'a', 1n)));
  const results = await Promise.allSettled([
    groupCommit.commit(lanes[0], plan(weigh(lanes[0], 'a', 5n))),
    groupCommit.commit(lanes[0], plan(insert(lanes[0], 'c', 1n), weigh(lanes[0], 'b', 5n))),
    groupCommit.commit(lanes[1], plan(weigh(lanes[1], 'a', 5n))),
    groupCommit.commit(lanes[1], plan(insert(lanes[1], 'd', 1n))),
  ]);
  const outcomes = results.map((result) =>
    result.status === 'rejected' ? (result.reason as CommitRefused).constraint : 'written',
  );
  expect(outcomes).toEqual(['written', 'box_exists', 'box_exists', 'written']);
  expect(await stored(lanes[0])).toEqual(['a red 5']);
  expect(await stored(lanes[1])).toEqual(['d red 1']);
});

it('takes the last of several changes, also of a row that the same batch inserts', async () => {
  const lane = await account();
  await Promise.all([
    groupCommit.commit(lane, plan(insert(lane, 'a', 1n))),
    groupCommit.commit(lane, plan(weigh(lane, 'a', 2n))),
    groupCommit.commit(lane, plan(weigh(lane, 'a', 3n))),
  ]);
  expect(await stored(lane)).toEqual(['a red 3']);
  await Promise.all([4n, 5n].map((weight) => groupCommit.commit(lane, plan(weigh(lane, 'a', weight)))));
  expect(await stored(lane)).toEqual(['a red 5']);
});

it('writes nothing for a lane that is stale, and blames nobody else', async () => {
  const [stale, good] = [await account(), await account()];
  await Promise.all([stale, good].map((lane) => groupCommit.commit(lane, plan(insert(lane, 'a', 1n)))));
  await owner.query('UPDATE account_stream SET epoch = 2 WHERE account_id = $1', [stale.accountId]);
  const [lost, kept] = await Promise.allSettled([
    groupCommit.commit(stale, plan(weigh(stale, 'a', 9n))),
    groupCommit.commit(good, plan(weigh(good, 'a', 9n))),
  ]);
  expect([lost.status, kept.status]).toEqual(['rejected', 'fulfilled']);
  expect(await stored(stale)).toEqual(['a red 1']);
  expect(await stored(good)).toEqual(['a red 9']);
});

it('a table to update has something besides its key', () => {
  const columns = { account_id: 'text', box: 'text' } as const;
  expect(() =>
    accountTable<Pick<Box, 'account_id' | 'box'>>({ name: 'box', columns, key, mode: 'UPDATE' }),
  ).toThrow('nothing to update');
});
