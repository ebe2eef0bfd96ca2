import type { AccountId } from '@sextant/kernel';
import type { MarketData } from '@sextant/market-data';
import { ManualTimers, Metrics, SystemLog } from '@sextant/platform';
import type { Config, Logger } from '@sextant/platform';
import { aFill } from '../../domain/positions/fills.contract.js';
import { PortfolioWorld } from '../portfolio-world.contract.js';
import { OwnedPortfolios } from '../state/owned-portfolios.js';
import { NightlyCheck } from './nightly-check.js';

const HOUR_MS = 3_600_000;

let world: PortfolioWorld;
let accountId: AccountId;
let metrics: Metrics;
let timers: ManualTimers;
let complaints: string[];
let check: NightlyCheck;

beforeEach(async () => {
  world = await PortfolioWorld.create();
  ({ accountId } = (await world.openAccount({ USDT: '1000' })).account);
  const state = await world.repository.load(accountId);
  await (
    await world.lane(accountId)
  )(state.applyFill(aFill({ fee: '0.1' })));
  metrics = new Metrics();
  timers = new ManualTimers(world.clock);
  complaints = [];
  const owned = new OwnedPortfolios({} as MarketData, metrics);
  owned.add(state, 'USDT', 'PAPER');
  const complain = (text: string) => void complaints.push(text);
  check = new NightlyCheck(
    owned,
    world.database,
    new SystemLog(world.database),
    metrics,
    { get: () => '03:30' } as unknown as Config,
    world.clock,
    timers,
    { warn: complain, error: complain } as unknown as Logger,
  );
  await check.start();
});
afterEach(async () => {
  await check.stop();
  await world.close();
});

async function told(): Promise<{ type: string; payload: { differences: object[] } }[]> {
  return world.database.query(
    `SELECT type, payload FROM event_log WHERE stream_id = 'system' ORDER BY stream_seq`,
  );
}

async function counts(): Promise<string[]> {
  const lines = (await metrics.registry.metrics()).split('\n');
  return lines.filter((line) => /^portfolio_(checks_total|accounts_differing)\b/.test(line)).sort();
}

/** Until half past three in the night has passed once more. */
const aDay = () => timers.advance(24 * HOUR_MS);

it('compares each account of this process once a day, and says nothing where all is well', async () => {
  await timers.advance(60_000);
  expect(await counts()).toEqual(['portfolio_accounts_differing 0']);
  await aDay();
  await aDay();
  expect(await counts()).toEqual([
    'portfolio_accounts_differing 0',
    'portfolio_checks_total{outcome="EQUAL"} 2',
  ]);
  expect([await told(), complaints]).toEqual([[], []]);
});

it('tells a difference as event, metric and complaint, and repairs nothing', async () => {
  await world.database.query('UPDATE balance SET total = total + 1');
  await aDay();
  expect(await counts()).toEqual([
    'portfolio_accounts_differing 1',
    'portfolio_checks_total{outcome="DIFFERENT"} 1',
  ]);
  expect(complaints).toEqual(['Balances or positions are not what the ledger gives']);
  expect(await told()).toEqual([
    {
      type: 'ProjectionsDiffer',
      payload: {
        accountId,
        entryCount: 2,
        differences: [
          { what: 'balance BTC', live: '1.000000000000000001', ledger: '1' },
          { what: 'balance USDT', live: '899.900000000000000001', ledger: '899.9' },
        ],
      },
    },
  ]);
});

it('goes on the next day where it could not check', async () => {
  const { database } = world;
  const query = database.query.bind(database);
  database.query = () => Promise.reject(new Error('The database is away'));
  await aDay();
  expect(complaints).toEqual(['Balances and positions could not be checked against the ledger']);
  database.query = query;
  await aDay();
  expect(await counts()).toEqual([
    'portfolio_accounts_differing 0',
    'portfolio_checks_total{outcome="EQUAL"} 1',
    'portfolio_checks_total{outcome="FAILED"} 1',
  ]);
});
