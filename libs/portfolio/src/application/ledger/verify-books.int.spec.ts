import type { AccountId } from '@sextant/kernel';
import { ConsumerOffsets, ConsumerRegistry, EventLog, SystemLog } from '@sextant/platform';
import { asAdmin, testServerUrl } from '@sextant/testing';
import { aFill } from '../../domain/positions/fills.contract.js';
import { PortfolioWorld, STRANGER } from '../portfolio-world.contract.js';
import { VerifyBooks, VerifyBooksHandler } from './verify-books.js';
import type { BookVerdict } from './verify-books.js';

let world: PortfolioWorld;
let systemLog: SystemLog;
let accountId: AccountId;
let other: AccountId;

beforeEach(async () => {
  world = await PortfolioWorld.create();
  systemLog = new SystemLog(world.database);
  ({ accountId } = (await world.openAccount({ USDT: '1000', BTC: '1' })).account);
  other = (await world.openAccount({ USDT: '7' }, { tenantId: STRANGER })).account.accountId;
  await systemLog.append([{ type: 'Noted', payload: {}, occurredAt: 1 }]);
  const state = await world.repository.load(accountId);
  const commit = await world.lane(accountId);
  for (let n = 0; n < 3; n += 1) await commit(state.applyFill(aFill({ fee: '0.1' })));
});
afterEach(() => world.close());

async function verify(only: AccountId | null = null): Promise<BookVerdict[]> {
  const offsets = new ConsumerOffsets(world.database, systemLog, world.clock);
  const log = new EventLog(world.database, new ConsumerRegistry(), offsets);
  const verdicts = await new VerifyBooksHandler(world.database, log).execute(new VerifyBooks(only));
  const found: BookVerdict[] = [];
  for await (const verdict of verdicts) found.push(verdict);
  return found;
}

/** With triggers and grants out of the way, as an attacker with the server's disk. */
async function tamper(sql: string): Promise<void> {
  const server = new URL(await testServerUrl());
  server.pathname = new URL(world.url).pathname;
  await asAdmin(server.href, (admin) => admin.query(`SET session_replication_role = replica; ${sql}`));
}

it('finds nothing in sound books, of every tenant and every stream', async () => {
  expect(await verify()).toEqual([
    expect.objectContaining({ streamId: accountId, isAccount: true, entryCount: 5, findings: [] }),
    expect.objectContaining({ streamId: other, isAccount: true, entryCount: 1, findings: [] }),
    { streamId: 'system', isAccount: false, eventCount: 1, entryCount: 0, chainHead: null, findings: [] },
  ]);
});

it('looks at one account alone when it is named', async () => {
  expect((await verify(other)).map(({ streamId }) => streamId)).toEqual([other]);
  await expect(verify(world.ids.next('acc'))).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
});

it.each([
  [
    'an altered event',
    `UPDATE event_log SET payload = '{}' WHERE stream_seq = 2 AND stream_id = $account`,
    { part: 'EVENTS', sequence: 2 },
  ],
  [
    'an altered memo',
    `UPDATE ledger_transaction SET memo = '{}' WHERE chain_sequence = 4 AND account_id = $account`,
    { part: 'LEDGER', sequence: 4 },
  ],
  [
    'a removed entry',
    `DELETE FROM ledger_transaction WHERE chain_sequence = 3 AND account_id = $account`,
    { part: 'LEDGER', sequence: 3, detail: 'Entry 3: It is missing.' },
  ],
  [
    'a posting that belongs to no entry',
    `INSERT INTO ledger_posting VALUES ($account, 'ltx_none', 1, 'wallet:PAPER', 'USDT', 1)`,
    { part: 'SUMS', detail: 'All postings of USDT sum to 0.000000000000000001, not to zero.' },
  ],
  [
    'an altered balance',
    `UPDATE balance SET total = total + 1 WHERE asset = 'BTC' AND account_id = $account`,
    {
      part: 'PROJECTIONS',
      detail: expect.stringMatching(/^The balance BTC is 4\.000000000000000001, by the ledger 4/),
    },
  ],
  [
    'an account without a stream',
    'DELETE FROM account_stream WHERE account_id = $account',
    { part: 'LEDGER' },
  ],
  ['a stream without its account', 'DELETE FROM account WHERE account_id = $account', { part: 'ACCOUNT' }],
])('finds %s, and only there', async (_, sql, finding) => {
  await tamper(sql.replaceAll('$account', `'${accountId}'`));
  const wrong = (await verify()).filter(({ findings }) => findings.length > 0);
  expect(wrong.map(({ streamId }) => streamId)).toEqual([accountId]);
  expect(wrong[0]!.findings).toContainEqual(expect.objectContaining(finding));
});
