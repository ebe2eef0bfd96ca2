import type { AccountId } from '@sextant/kernel';
import { Config } from '@sextant/platform';
import { PortfolioWorld, STRANGER, TENANT } from '../portfolio-world.contract.js';
import { GetEquity, GetEquityHandler } from './get-equity.js';
import type { EquityAsked } from './get-equity.js';

const MIDNIGHT = Date.UTC(2026, 2, 29);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const QUARTER = 15 * MINUTE;

let world: PortfolioWorld;
let [first, second] = ['', ''] as string[] as [AccountId, AccountId];

beforeAll(async () => {
  world = await PortfolioWorld.create();
  first = (await world.openAccount({ USDT: '1' })).account.accountId;
  second = (await world.openAccount({ USDT: '1' })).account.accountId;
  await world.database.query(`UPDATE account SET venue = 'KRAKEN' WHERE account_id = $1`, [second]);
});
afterAll(() => world.close());
beforeEach(() => world.clock.jumpTo(MIDNIGHT + DAY));
afterEach(() => world.database.query('DELETE FROM portfolio_snapshot'));

/** Points of `accountId` at every step of [from, to], each worth 10^-18 more than the one before. */
async function valued(accountId: AccountId, from: number, to: number, stepMs = QUARTER): Promise<void> {
  await world.database.query(
    `INSERT INTO portfolio_snapshot (account_id, taken_at, kind, ledger_sequence, asset, equity, flow, complete,
       unvalued_flows, valuation, rates)
     SELECT $1, to_timestamp(at / 1000.0), CASE WHEN at % 86400000 = 0 THEN 'DAY' ELSE 'INTERVAL' END, 1, 'USDT',
       row_number() OVER (ORDER BY at), 0, true, '{}', '{}', '{}'
     FROM generate_series($2::bigint, $3::bigint, $4::bigint) at`,
    [accountId, from, to, stepMs],
  );
}

function equity(asked: Partial<EquityAsked> = {}, tenantId = TENANT) {
  const everything = { accountId: null, venue: null, asset: null, interval: null, from: null, to: null };
  return new GetEquityHandler(world.database, Config.fromValues(), world.clock).execute(
    new GetEquity(tenantId, { ...everything, ...asked }),
  );
}

describe('the equity curve', () => {
  it('is as fine as a chart can show unless somebody says how fine', async () => {
    await valued(first, MIDNIGHT, MIDNIGHT + DAY);
    const day = await equity({ from: MIDNIGHT, to: MIDNIGHT + DAY });
    expect([day.interval, day.points.length]).toEqual(['5m', 96]);
    const month = await equity({});
    expect([month.interval, month.points.length, month.from]).toEqual(['4h', 7, MIDNIGHT - 29 * DAY + 1]);
    const days = await equity({ interval: '1d', from: MIDNIGHT });
    expect(days.points.map(({ at, equity: value, low }) => [at, value, low])).toEqual([
      [MIDNIGHT, '0.000000000000000001', '0.000000000000000001'],
      [MIDNIGHT + DAY, '0.000000000000000097', '0.000000000000000002'],
    ]);
    expect(days).toMatchObject({ asset: 'USDT', complete: true, gaps: [] });
  });

  it('says when nobody valued the account, also while that lasts, and has no point there', async () => {
    await valued(first, MIDNIGHT, MIDNIGHT + 2 * HOUR);
    await valued(first, MIDNIGHT + 7 * HOUR, MIDNIGHT + 9 * HOUR);
    const { points, gaps, complete } = await equity({ from: MIDNIGHT + HOUR, interval: '1h' });
    expect(points.map(({ at }) => (at - MIDNIGHT) / HOUR)).toEqual([1, 2, 7, 8, 9]);
    expect(
      gaps.map(({ accountId, from, to }) => [accountId, (from - MIDNIGHT) / HOUR, (to - MIDNIGHT) / HOUR]),
    ).toEqual([
      [first, 2, 7],
      [first, 9, 24],
    ]);
    expect(complete).toBe(false);
    // One that began before what was asked for is told as well.
    const later = await equity({ from: MIDNIGHT + 3 * HOUR, to: MIDNIGHT + 5 * HOUR });
    expect(later).toMatchObject({
      points: [],
      gaps: [{ from: MIDNIGHT + 2 * HOUR, to: MIDNIGHT + 5 * HOUR }],
    });
  });

  it('does not take points that were thinned out for gaps', async () => {
    world.clock.jumpTo(MIDNIGHT + 500 * DAY);
    await valued(first, MIDNIGHT, MIDNIGHT + 90 * DAY, DAY);
    await valued(first, MIDNIGHT + 101 * DAY, MIDNIGHT + 104 * DAY, HOUR);
    const { gaps } = await equity({ from: MIDNIGHT, to: MIDNIGHT + 104 * DAY, interval: '1d' });
    expect(gaps).toEqual([{ accountId: first, from: MIDNIGHT + 90 * DAY, to: MIDNIGHT + 101 * DAY }]);
  });

  it('adds accounts up over venues, and tells one venue alone', async () => {
    await valued(first, MIDNIGHT, MIDNIGHT + HOUR);
    await valued(second, MIDNIGHT, MIDNIGHT + HOUR);
    const asked = { from: MIDNIGHT + 1, to: MIDNIGHT + HOUR + 1, interval: '1h' as const };
    const value = async (more: Partial<EquityAsked>) => (await equity({ ...asked, ...more })).points[0];
    await expect(value({})).resolves.toMatchObject({
      equity: '0.00000000000000001',
      low: '0.000000000000000004',
    });
    await expect(value({ venue: 'kraken' })).resolves.toMatchObject({ equity: '0.000000000000000005' });
    await expect(value({ accountId: first })).resolves.toMatchObject({ equity: '0.000000000000000005' });
    await expect(value({ venue: 'OKX' })).resolves.toBeUndefined();
    await expect(equity({ ...asked, accountId: first }, STRANGER)).rejects.toMatchObject({
      code: 'ACCOUNT_NOT_FOUND',
    });
  });

  it('refuses a time that is none, and more points than an answer holds', async () => {
    const refused = { code: 'EQUITY_RANGE_INVALID' };
    await expect(equity({ from: MIDNIGHT, to: MIDNIGHT })).rejects.toMatchObject(refused);
    await expect(equity({ from: 0, interval: '1m' })).rejects.toMatchObject({
      ...refused,
      context: { pointer: '/interval' },
    });
  });

  it('asks for no more than there is, and refuses what would take too long', async () => {
    await world.database.query(
      `INSERT INTO account SELECT 'acc_many' || n, 'ten_many', 'Many', 'PAPER', 'PAPER', 'USDT', 'OPEN', now()
       FROM generate_series(1, 100) n`,
    );
    const many = 'ten_many' as typeof TENANT;
    const one = 'acc_many1' as AccountId;
    await valued(one, MIDNIGHT, MIDNIGHT, DAY);
    await expect(equity({ from: MIDNIGHT - 4_000 * DAY, interval: '1d' }, many)).resolves.toMatchObject({
      points: [{}],
    });
    await valued(one, MIDNIGHT - 600 * DAY, MIDNIGHT - 600 * DAY, DAY);
    await expect(equity({ from: MIDNIGHT - 4_000 * DAY, interval: '1d' }, many)).rejects.toMatchObject({
      code: 'EQUITY_RANGE_INVALID',
    });
  });
});
