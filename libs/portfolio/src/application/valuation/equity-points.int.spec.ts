import { parseScaled } from '@sextant/kernel';
import type { AccountId, LedgerTransactionId } from '@sextant/kernel';
import { Config } from '@sextant/platform';
import type { CommitPlan, Logger, Timers } from '@sextant/platform';
import { aFill } from '../../domain/positions/fills.contract.js';
import { PortfolioWorld, TENANT } from '../portfolio-world.contract.js';
import { readTenant } from '../reading/tenant-reads.js';
import { checkSnapshots } from './check-snapshots.js';
import { EquityJournal } from './equity-journal.js';
import { ThinEquityHistory } from './thin-equity-history.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;

let world: PortfolioWorld;
beforeAll(async () => {
  world = await PortfolioWorld.create();
  world.marks.set('BTC/USDT', '55000');
});
afterAll(() => world.close());

/** An account as its owner has it: state, journal and the writer. */
async function owned(accountId: AccountId) {
  const [row, state, trace] = await Promise.all([
    world.repository.account(accountId),
    world.repository.load(accountId),
    world.repository.equityTrace(accountId),
  ]);
  const journal = new EquityJournal(row, state, world.marks, trace, () => ['BTC']);
  return { state, journal, commit: await world.lane(accountId) };
}

async function account(deposits: Record<string, string>): Promise<AccountId> {
  return (await world.openAccount(deposits)).account.accountId;
}

function deposit(asset: string, amount: string, n: number) {
  return {
    fact: { kind: 'DEPOSIT' as const, asset, units: parseScaled(amount) },
    transactionId: `ltx_${n}` as LedgerTransactionId,
    reference: `deposit:${n}`,
    occurredAt: world.clock.now(),
    memo: {},
  };
}

function together(...plans: CommitPlan[]): CommitPlan {
  return {
    rows: plans.flatMap(({ rows }) => rows),
    events: plans.flatMap(({ events }) => events),
    ledger: plans.flatMap(({ ledger }) => ledger),
  };
}

const stored = (accountId: AccountId) =>
  world.database.query<{ kind: string; equity: string; flow: string; ledger_sequence: string }>(
    'SELECT kind, equity, flow, ledger_sequence FROM portfolio_snapshot WHERE account_id = $1 ORDER BY taken_at',
    [accountId],
  );

const check = (accountId: AccountId) =>
  readTenant(world.database, TENANT, (reader) => checkSnapshots(reader, accountId, 'PAPER'));

describe('equity points of an account', () => {
  it('come in the commit of a flow, and hold what the ledger holds at their sequence', async () => {
    const accountId = await account({ USDT: '100000' });
    const { state, journal, commit } = await owned(accountId);
    const now = world.clock.now();
    await commit(journal.point('START', now));
    for (let n = 0; n < 20; n += 1) {
      await commit(
        state.applyFill(aFill({ quantity: '0.1', price: '50000', fee: '0.0001', feeAsset: 'BTC' })),
      );
      if (n % 4 === 0) await commit(journal.point('INTERVAL', now + n + 1));
    }
    const booked = state.applyCash(deposit('USDT', '500', 1));
    await commit(together(booked, journal.flowPoint(now + 30)!));
    const points = await stored(accountId);
    expect(points.map(({ kind, flow }) => [kind, flow])).toEqual([
      ['START', String(parseScaled('100000'))],
      ...Array.from({ length: 5 }, () => ['INTERVAL', '0']),
      ['FLOW', String(parseScaled('500'))],
    ]);
    expect(points.map(({ ledger_sequence }) => Number(ledger_sequence))).toEqual([1, 2, 6, 10, 14, 18, 22]);
    // 0.0999 BTC for 5000 each time, at 55000.
    expect(points.at(-1)!.equity).toBe(String(parseScaled('110390'))); // 1.998 · 55000 + 500
    await expect(check(accountId)).resolves.toEqual({ checked: 7, differences: [] });
  });

  it('are told where they do not hold what the ledger holds', async () => {
    const accountId = await account({ USDT: '10' });
    const { journal, commit } = await owned(accountId);
    await commit(journal.point('START', world.clock.now()));
    await world.database.query(
      `INSERT INTO portfolio_snapshot SELECT account_id, taken_at + interval '1 s', kind, ledger_sequence, asset, equity,
         flow, complete, unvalued_flows, jsonb_set(valuation, '{holdings,0,total}', '"11"'), rates
       FROM portfolio_snapshot WHERE account_id = $1`,
      [accountId],
    );
    const { differences } = await check(accountId);
    expect(differences).toMatchObject([{ asset: 'USDT', snapshot: '11', ledger: '10', ledgerSequence: 1 }]);
  });

  it('go on under the next owner: nothing that waits for a price is lost, nothing counts twice', async () => {
    const accountId = await account({ USDT: '100' });
    const first = await owned(accountId);
    const now = world.clock.now();
    await first.commit(first.journal.point('START', now));
    const booked = first.state.applyCash(deposit('ETH', '2', 2));
    await first.commit(together(booked, first.journal.flowPoint(now + 1)!));
    // Booked by a process that knew no points.
    await first.commit(first.state.applyCash(deposit('USDT', '5', 3)));

    world.marks.set('ETH/USDT', '3000');
    const next = await owned(accountId);
    await next.commit(next.journal.point('INTERVAL', now));
    await next.commit(next.journal.point('INTERVAL', now + 60_000));
    world.marks.marks.delete('ETH/USDT');
    const points = await stored(accountId);
    expect(points.map(({ flow }) => flow)).toEqual([
      String(parseScaled('100')),
      '0',
      String(parseScaled('6005')),
      '0',
    ]);
    await expect(check(accountId)).resolves.toEqual({ checked: 4, differences: [] });
  });

  it('get fewer with age: full hours, then midnights; flows and the newest stay', async () => {
    const accountId = await account({ USDT: '100' });
    const other = await account({ USDT: '1' });
    const now = Date.UTC(2026, 5, 1);
    await world.database.query('DELETE FROM portfolio_snapshot');
    const at = (age: number, kind: string, flow = '0', of = accountId) =>
      world.database.query(
        `INSERT INTO portfolio_snapshot VALUES ($1, to_timestamp($2::float8 / 1000), $3, 1, 'USDT', 1, $4, true,
           '{}', '{"holdings": [], "contracts": []}', '{}')`,
        [of, now - age, kind, flow],
      );
    for (const age of [1, 31, 401]) {
      await at(age * DAY, 'DAY');
      await at(age * DAY + HOUR, 'HOUR');
      await at(age * DAY + HOUR / 4, 'INTERVAL');
      await at(age * DAY + HOUR / 2, 'INTERVAL', '7');
      await at(age * DAY + HOUR / 3, 'FLOW', '7');
    }
    await at(500 * DAY, 'START', '0', other);
    world.clock.jumpTo(now);
    const thinning = new ThinEquityHistory(
      world.database,
      Config.fromValues(),
      world.clock,
      {} as unknown as Timers,
      {} as unknown as Logger,
    );
    await expect(thinning.thin()).resolves.toBe(3);
    const kinds = (await stored(accountId)).map(({ kind, flow }) => `${kind}${flow === '0' ? '' : '*'}`);
    expect(kinds).toEqual([
      ...['INTERVAL*', 'FLOW*', 'DAY'],
      ...['HOUR', 'INTERVAL*', 'FLOW*', 'DAY'],
      ...['HOUR', 'INTERVAL*', 'FLOW*', 'INTERVAL', 'DAY'],
    ]);
    expect(await stored(other)).toHaveLength(1);
  });

  it('are changed by nobody', async () => {
    const rows = await world.database.query<{ changed: boolean }>(
      `SELECT has_table_privilege('sextant_writer', 'portfolio_snapshot', 'UPDATE') AS changed`,
    );
    expect(rows).toEqual([{ changed: false }]);
  });
});
