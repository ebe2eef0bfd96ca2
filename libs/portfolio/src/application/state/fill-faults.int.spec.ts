import type { AccountId } from '@sextant/kernel';
import { CommitLane, CommitRefused, GroupCommit, LeaseLost } from '@sextant/platform';
import type { CommitPlan, Database } from '@sextant/platform';
import type { Pool, PoolClient } from 'pg';
import { aFill, units } from '../../domain/positions/fills.contract.js';
import type { BookedFill } from '../../domain/positions/booked-fill.js';
import { readLedgerOf } from '../ledger/ledger-rows.js';
import { proveLedger } from '../ledger/get-ledger-proof.js';
import { VerifyProjections, VerifyProjectionsHandler } from '../ledger/verify-projections.js';
import { PortfolioWorld, TENANT } from '../portfolio-world.contract.js';
import { fillReference } from './portfolio-state.js';
import type { PortfolioState } from './portfolio-state.js';
import { fc } from '../../../../../test/support/property.js';

let world: PortfolioWorld;
let accountId: AccountId;

beforeAll(async () => {
  world = await PortfolioWorld.create();
});
beforeEach(async () => {
  ({ accountId } = (await world.openAccount({ USDT: '1000' })).account);
});
afterAll(() => world.close());

/** A process that owns the account: what it holds in memory, and how it writes. */
interface Owner {
  state: PortfolioState;
  commit: (plan: CommitPlan) => Promise<unknown>;
}

async function takeOver(address: string, database: CommitDatabase = world.database): Promise<Owner> {
  const [row] = await world.database.query<Record<string, string>>(
    `UPDATE account_stream SET owner_address = $2, epoch = epoch + 1 WHERE account_id = $1
     RETURNING epoch, seq, event_hash, ledger_seq, ledger_hash`,
    [accountId, address],
  );
  const lane = new CommitLane(accountId, address, Number(row!['epoch']), {
    seq: Number(row!['seq']),
    eventHash: row!['event_hash']!,
    ledgerSeq: Number(row!['ledger_seq']),
    ledgerHash: row!['ledger_hash']!,
  });
  const commits = new GroupCommit(database);
  return { state: await world.repository.load(accountId), commit: (plan) => commits.commit(lane, plan) };
}

type CommitDatabase = Pick<Database, 'commitPool' | 'guard'>;
/** What becomes of the first statement: its connection may go away before it arrives, or before its answer does. */
type Loss = 'NOTHING' | 'REQUEST' | 'ANSWER';

/** The database as a process sees it that dies at its n-th moment before or after something it awaits. */
class DyingProcess implements CommitDatabase {
  moments = 0;
  died: Promise<'DIED'>;
  private die!: (how: 'DIED') => void;
  private open = new Set<PoolClient>();

  constructor(
    private readonly real: Database,
    private readonly last: number,
    private loss: Loss,
  ) {
    this.died = new Promise((resolve) => (this.die = resolve));
  }

  get commitPool(): Pool {
    const connect = () => this.around(() => this.connect());
    const query = (...args: unknown[]) =>
      this.around(() => (this.real.commitPool.query as (...all: unknown[]) => Promise<object>)(...args));
    return { connect, query } as unknown as Pool;
  }

  guard(): Promise<void> {
    return this.around(() => Promise.resolve());
  }

  private async connect(): Promise<PoolClient> {
    const client = await this.real.commitPool.connect();
    this.open.add(client);
    const release = (destroy?: boolean) => {
      this.open.delete(client);
      client.release(destroy);
    };
    const query = (statement: object) => this.around(() => this.send(client, statement));
    return { release, query } as unknown as PoolClient;
  }

  private async send(client: PoolClient, statement: object): Promise<object> {
    const { loss } = this;
    this.loss = 'NOTHING';
    const lost = Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    if (loss === 'REQUEST') throw lost;
    const answer = await client.query(statement as never);
    if (loss === 'ANSWER') throw lost;
    return answer;
  }

  private async around<T>(work: () => Promise<T>): Promise<T> {
    await this.moment();
    const result = await work();
    await this.moment();
    return result;
  }

  private moment(): Promise<void> {
    this.moments += 1;
    if (this.moments !== this.last) return Promise.resolve();
    for (const client of this.open) client.release(true);
    this.die('DIED');
    return new Promise<never>(() => undefined);
  }
}

const reader = { query: <Row>(sql: string, params: unknown[]) => world.database.query<Row>(sql, params) };

async function expectSoundBooks(): Promise<void> {
  const check = await new VerifyProjectionsHandler(world.database).execute(
    new VerifyProjections(TENANT, accountId),
  );
  expect(check.differences).toEqual([]);
  expect(await proveLedger(reader, accountId)).toMatchObject({ verified: true });
}

async function entriesOf(fill: BookedFill): Promise<number> {
  return (await readLedgerOf(reader, accountId, [fillReference(fill)])).length;
}

/** The next owner is told of the trade again, as a venue tells it. @returns whether it had been booked */
async function redeliver(fill: BookedFill): Promise<boolean> {
  const { state, commit } = await takeOver('two');
  const booked = (await entriesOf(fill)) === 1;
  const again = commit(state.applyFill(fill));
  if (booked) await expect(again).rejects.toThrow(CommitRefused);
  else await again;
  return booked;
}

it.each<Loss>(['NOTHING', 'REQUEST', 'ANSWER'])(
  'a fill is booked whole and once, whatever await its process dies at, with %s lost before',
  async (loss) => {
    const outcomes: boolean[] = [];
    for (let last = 1; ; last += 1) {
      const fill = aFill({ quantity: '0.1', fee: '0.01', strategy: 'grid' });
      const process = new DyingProcess(world.database, last, loss);
      const { state, commit } = await takeOver('one', process);
      const how = await Promise.race([commit(state.applyFill(fill)).then(() => 'BOOKED'), process.died]);
      outcomes.push(await redeliver(fill));
      expect(await entriesOf(fill)).toBe(1);
      await expectSoundBooks();
      if (how === 'BOOKED') break;
    }
    // Before the statement nothing is booked, behind it all is: both were met, and in this order.
    expect(outcomes).toEqual(outcomes.toSorted((a, b) => Number(a) - Number(b)));
    expect(outcomes.length).toBeGreaterThan(4);
    expect([outcomes[0], outcomes.at(-1)]).toEqual([false, true]);
  },
);

function withdrawal(state: PortfolioState, number: number, amount: bigint): CommitPlan {
  const hex = number.toString(16).padStart(32, '0');
  return state.applyCash({
    fact: { kind: 'WITHDRAWAL', asset: 'USDT', units: amount, feeUnits: 0n },
    transactionId: `ltx_${hex}` as never,
    reference: `withdrawal:${number}`,
    occurredAt: 1_700_000_000_000 + number,
    memo: {},
  });
}

/** What became of one withdrawal: a refused one says why. */
type Withdrawn = 'PAID' | 'LOST' | 'REFUSED';

async function withdraw({ state, commit }: Owner, number: number, amount: bigint): Promise<Withdrawn> {
  let plan: CommitPlan;
  try {
    plan = withdrawal(state, number, amount);
  } catch (error) {
    expect(error).toMatchObject({ code: 'BALANCE_INSUFFICIENT' });
    return 'REFUSED';
  }
  return commit(plan).then(
    () => 'PAID',
    (error: unknown) => {
      expect(error).toBeInstanceOf(LeaseLost);
      return 'LOST';
    },
  );
}

it('two writers that both think they own an account never make its free balance negative', async () => {
  let number = 0;
  let paid = 0n;
  const amounts = fc.array(fc.bigInt({ min: 1n, max: 400n }), { minLength: 2, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(amounts, async (wanted) => {
      // Both load; the second took over while the first was away. Then they write at once.
      const owners = [await takeOver('one'), await takeOver('two')];
      const results = await Promise.all(
        wanted.map(async (amount, index) => {
          const became = await withdraw(owners[index % 2]!, (number += 1), units(`${amount}`));
          if (became === 'PAID') paid += units(`${amount}`);
          return became;
        }),
      );
      expect(results.filter((_, index) => index % 2 === 0)).not.toContain('PAID');
      const state = await world.repository.load(accountId);
      expect(state.totalUnits('USDT')).toBe(units('1000') - paid);
      expect(state.totalUnits('USDT') >= 0n).toBe(true);
    }),
    { numRuns: 25 },
  );
  await expectSoundBooks();
});
