import { formatScaled, parseScaled } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { PortfolioWorld, STRANGER, TENANT } from '../portfolio-world.contract.js';
import { DAY_MS, readEquityBuckets, readEquityHistory } from './equity-history.js';
import { readTenant } from './tenant-reads.js';

const MIDNIGHT = Date.UTC(2026, 2, 29);
const HOUR = 3_600_000;

let world: PortfolioWorld;
let [first, second] = ['', ''] as string[] as [AccountId, AccountId];

beforeAll(async () => {
  world = await PortfolioWorld.create();
  first = (await world.openAccount({ USDT: '1' })).account.accountId;
  second = (await world.openAccount({ USDT: '1' })).account.accountId;
});
afterAll(() => world.close());
afterEach(() => world.database.query('DELETE FROM portfolio_snapshot'));

interface Point {
  equity: string | null;
  flow?: string;
  kind?: string;
  asset?: string;
  rates?: Record<string, string>;
}

async function store(accountId: AccountId, at: number, point: Point): Promise<void> {
  const { equity, flow = '0', kind = 'INTERVAL', asset = 'USDT', rates = {} } = point;
  const prices = Object.fromEntries(
    Object.entries(rates).map(([to, rate]) => [to, String(parseScaled(rate))]),
  );
  await world.database.query(
    `INSERT INTO portfolio_snapshot (account_id, taken_at, kind, ledger_sequence, asset, equity, flow, complete,
       unvalued_flows, valuation, rates)
     VALUES ($1, to_timestamp($2::float8 / 1000), $3, 1, $4, $5, $6, $5::numeric IS NOT NULL, '{}', '{}', $7)`,
    [accountId, at, kind, asset, equity && String(parseScaled(equity)), String(parseScaled(flow)), prices],
  );
}

const history = (asset = 'USDT', tenant: TenantId = TENANT, ids = [first, second]) =>
  readTenant(world.database, tenant, async (reader) =>
    (await readEquityHistory(reader, ids, asset, MIDNIGHT - 9 * DAY_MS, MIDNIGHT + 9 * DAY_MS)).map(
      ({ at, equityUnits, flowUnits, complete }) => [
        new Date(at).toISOString(),
        equityUnits === null ? null : formatScaled(equityUnits),
        formatScaled(flowUnits),
        complete,
      ],
    ),
  );

describe('the stored equity of accounts', () => {
  it('is told per UTC day, the point at midnight as the end of the day before', async () => {
    await store(first, MIDNIGHT - HOUR, { equity: '90', flow: '90' });
    await store(first, MIDNIGHT, { equity: '100', kind: 'DAY' });
    await store(first, MIDNIGHT + 1, { equity: '150', flow: '50', kind: 'FLOW' });
    await store(first, MIDNIGHT + DAY_MS, { equity: '149.000000000000000001', kind: 'DAY' });
    await expect(history()).resolves.toEqual([
      ['2026-03-29T00:00:00.000Z', '100', '90', true],
      ['2026-03-30T00:00:00.000Z', '149.000000000000000001', '50', true],
    ]);
  });

  it('has no point for a day on which nothing was valued, and none for another tenant', async () => {
    await store(first, MIDNIGHT, { equity: '1' });
    await store(first, MIDNIGHT + 3 * DAY_MS, { equity: '2' });
    expect((await history()).map(([at]) => at)).toEqual([
      '2026-03-29T00:00:00.000Z',
      '2026-04-01T00:00:00.000Z',
    ]);
    await expect(history('USDT', STRANGER)).resolves.toEqual([]);
  });

  it('adds accounts up in the asset asked for, each at the rate of its own moment', async () => {
    await store(first, MIDNIGHT, { equity: '100', flow: '100' });
    await store(second, MIDNIGHT, { equity: '2', flow: '1', asset: 'BTC', rates: { USDT: '50000.5' } });
    await expect(history()).resolves.toEqual([['2026-03-29T00:00:00.000Z', '100101', '50100.5', true]]);
    await expect(history('BTC')).resolves.toEqual([['2026-03-29T00:00:00.000Z', null, '1', false]]);
  });

  it('does not know the sum while an account has no value or no rate, and counts its flow later', async () => {
    await store(first, MIDNIGHT, { equity: '100' });
    await store(second, MIDNIGHT, { equity: '2', flow: '2', asset: 'BTC' });
    await store(first, MIDNIGHT + DAY_MS, { equity: '100' });
    await store(second, MIDNIGHT + DAY_MS, { equity: '2', asset: 'BTC', rates: { USDT: '50000' } });
    await store(second, MIDNIGHT + DAY_MS + 1, { equity: null, asset: 'BTC' });
    await expect(history()).resolves.toEqual([
      ['2026-03-29T00:00:00.000Z', null, '0', false],
      ['2026-03-30T00:00:00.000Z', '100100', '100000', true],
      ['2026-03-30T00:00:00.001Z', null, '0', false],
    ]);
  });

  it('shows the lowest and the highest value of each interval', async () => {
    const values = ['100', '80', '130', '120'];
    for (const [n, equity] of values.entries()) {
      await store(first, MIDNIGHT + (n + 1) * (HOUR / 4), { equity });
      await store(second, MIDNIGHT + (n + 1) * (HOUR / 4), { equity: '10' });
    }
    const range = { asset: 'USDT', from: MIDNIGHT, to: MIDNIGHT + 2 * HOUR, bucketMs: HOUR };
    const buckets = (accountIds: AccountId[]) =>
      readTenant(world.database, TENANT, (reader) => readEquityBuckets(reader, { ...range, accountIds }));
    await expect(buckets([first])).resolves.toMatchObject([
      { equityUnits: parseScaled('120'), lowUnits: parseScaled('80'), highUnits: parseScaled('130') },
    ]);
    await expect(buckets([first, second])).resolves.toMatchObject([
      { equityUnits: parseScaled('130'), lowUnits: parseScaled('90'), highUnits: parseScaled('140') },
    ]);
  });
});
