import type { AccountId } from '@sextant/kernel';
import { GroupAccountCommit, LeaseLost } from '@sextant/platform';
import type { CommitPlan, SeenStream } from '@sextant/platform';
import { asAdmin, testServerUrl } from '@sextant/testing';
import { aFill } from '../../domain/positions/fills.contract.js';
import { PortfolioWorld, STRANGER } from '../portfolio-world.contract.js';
import type { PortfolioState } from '../state/portfolio-state.js';
import { RebuildProjections, RebuildProjectionsHandler } from './rebuild-projections.js';
import type { RebuildReport } from './rebuild-projections.js';

let world: PortfolioWorld;
let accountId: AccountId;
let other: AccountId;
let state: PortfolioState;
let commit: (plan: CommitPlan) => Promise<unknown>;

beforeEach(async () => {
  world = await PortfolioWorld.create();
  ({ accountId } = (await world.openAccount({ USDT: '1000', BTC: '1' })).account);
  other = (await world.openAccount({ USDT: '7' }, { tenantId: STRANGER })).account.accountId;
  state = await world.repository.load(accountId);
  commit = await world.lane(accountId);
  for (let n = 0; n < 3; n += 1) await commit(state.applyFill(aFill({ fee: '0.1', strategy: 'grid' })));
  await commit(state.applyFill(aFill({ side: 'SELL', price: '120', feeAsset: 'BNB', fee: '0.01' })));
});
afterEach(() => world.close());

interface Run {
  accountId?: AccountId | null;
  checkOnly?: boolean;
  commits?: GroupAccountCommit;
}

async function rebuild({ commits = new GroupAccountCommit(world.database), ...run }: Run = {}) {
  const handler = new RebuildProjectionsHandler(world.database, commits, world.clock);
  const { accountId: only = null, checkOnly = false } = run;
  const reports: RebuildReport[] = [];
  for await (const report of await handler.execute(new RebuildProjections(only, checkOnly, 'cli'))) {
    reports.push(report);
  }
  return reports;
}

/** What stands in the live tables, but for the time of a balance, which the ledger does not give. */
async function liveTables(): Promise<unknown> {
  return Promise.all(
    ['position', 'strategy_position', 'balance'].map((table) =>
      world.database
        .query(`SELECT to_jsonb(t) - ${table === 'balance' ? "'updated_at'" : "''"} AS row FROM ${table} t
        ORDER BY to_jsonb(t) ->> 'account_id', t::text`),
    ),
  );
}

/** With triggers and grants out of the way, as an attacker with the server's disk. */
async function tamper(sql: string): Promise<void> {
  const server = new URL(await testServerUrl());
  server.pathname = new URL(world.url).pathname;
  await asAdmin(server.href, (admin) => admin.query(`SET session_replication_role = replica; ${sql}`));
}

it('finds nothing to do where everything is the fold of the ledger, and writes nothing', async () => {
  const seen = await world.database.query('SELECT * FROM account_stream ORDER BY account_id');
  expect(await rebuild()).toEqual([
    { accountId, entryCount: 6, equal: true, rebuilt: false, differences: [] },
    { accountId: other, entryCount: 1, equal: true, rebuilt: false, differences: [] },
  ]);
  expect(await world.database.query('SELECT * FROM account_stream ORDER BY account_id')).toEqual(seen);
});

it('makes every live table again from the ledger alone, to the last digit, and says what stood there', async () => {
  const before = await liveTables();
  await tamper(`TRUNCATE balance; DELETE FROM strategy_position;
    UPDATE position SET cost = cost + 1, realized_pnl = 0, opened_at = now()`);
  const [report] = await rebuild({ accountId });
  expect(report).toMatchObject({ rebuilt: true, equal: false });
  expect(report!.differences).toContainEqual({ what: 'balance BTC', live: '0', ledger: '3' });
  expect(report!.differences).toContainEqual({
    what: 'position BTC/USDT costUnits',
    live: '200.000000000000000001',
    ledger: '200',
  });
  await rebuild();
  expect(await liveTables()).toEqual(before);
  expect((await rebuild()).map(({ equal }) => equal)).toEqual([true, true]);
});

it('empties a row that the ledger knows nothing of', async () => {
  await tamper(`INSERT INTO balance VALUES ('${accountId}', 'XRP', 5, now())`);
  const [report] = await rebuild({ accountId });
  expect(report!.differences).toEqual([{ what: 'balance XRP', live: '0.000000000000000005', ledger: '0' }]);
  expect(await world.database.query(`SELECT total FROM balance WHERE asset = 'XRP'`)).toEqual([
    { total: '0' },
  ]);
  expect((await rebuild({ accountId })).map(({ equal }) => equal)).toEqual([true]);
});

it('only compares when that is asked for', async () => {
  await tamper(`UPDATE balance SET total = total + 1 WHERE account_id = '${accountId}'`);
  const before = await liveTables();
  expect((await rebuild({ checkOnly: true })).map(({ equal, rebuilt }) => [equal, rebuilt])).toEqual([
    [false, false],
    [true, false],
  ]);
  expect(await liveTables()).toEqual(before);
});

it("is told in the account's stream, and takes the account from an owner that still has the wrong figures", async () => {
  await tamper(`UPDATE balance SET total = total + 1 WHERE asset = 'BTC'`);
  await rebuild({ accountId });
  const [event] = await world.database.query<{ type: string; actor: string; payload: object }>(
    'SELECT type, actor, payload FROM event_log WHERE stream_id = $1 ORDER BY stream_seq DESC LIMIT 1',
    [accountId],
  );
  expect(event).toMatchObject({
    type: 'ProjectionsRebuilt',
    actor: 'cli',
    payload: {
      entryCount: 6,
      differences: [{ what: 'balance BTC', live: '3.000000000000000001', ledger: '3' }],
    },
  });
  await expect(commit(state.applyFill(aFill()))).rejects.toThrow(LeaseLost);
  const again = await world.lane(accountId);
  await again((await world.repository.load(accountId)).applyFill(aFill()));
  expect((await rebuild({ accountId })).map(({ equal }) => equal)).toEqual([true]);
});

/** Lets the owner book a fill between the look and the write, as often as it is told. */
class Interrupted extends GroupAccountCommit {
  attempts = 0;

  constructor(private readonly times: number) {
    super(world.database);
  }

  override async repairStream(seen: SeenStream, plan: CommitPlan) {
    this.attempts += 1;
    if (this.attempts <= this.times) await commit(state.applyFill(aFill()));
    return super.repairStream(seen, plan);
  }
}

it('reads on where the owner booked something meanwhile, and never writes what is older than the ledger', async () => {
  await tamper(`UPDATE strategy_position SET realized_pnl = 12345 WHERE strategy = 'grid'`);
  const commits = new Interrupted(3);
  const [report] = await rebuild({ accountId, commits });
  expect(commits.attempts).toBe(4);
  expect(report).toMatchObject({ rebuilt: true, entryCount: 9 });
  expect((await rebuild({ accountId, checkOnly: true })).map(({ equal }) => equal)).toEqual([true]);
});
