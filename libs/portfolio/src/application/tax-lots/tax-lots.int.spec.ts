import type { AccountId } from '@sextant/kernel';
import { encodeCursor } from '@sextant/platform';
import type { PageRequest } from '@sextant/platform';
import { aFill } from '../../domain/positions/fills.contract.js';
import { LOT_METHODS } from '../../domain/lots/lot.js';
import type { LotMethod } from '../../domain/lots/lot.js';
import { PortfolioWorld, STRANGER, TENANT } from '../portfolio-world.contract.js';
import { ExportTaxLots, ExportTaxLotsHandler } from './export-tax-lots.js';
import { ListTaxLots, ListTaxLotsHandler, taxLotList } from './list-tax-lots.js';
import type { TaxLotsView } from './list-tax-lots.js';

const NEW_YEAR = Date.UTC(2026, 0, 1);
const ALL: PageRequest = { list: 'any', limit: 500, after: null };

let world: PortfolioWorld;
let accountId: AccountId;

/** The worked example over a turn of the year; the second purchase is told late, after the sale. */
beforeAll(async () => {
  world = await PortfolioWorld.create();
  ({ accountId } = (await world.openAccount({ USDT: '1000' })).account);
  const state = await world.repository.load(accountId);
  const commit = await world.lane(accountId);
  const fills = [
    aFill({ quantity: '1', price: '100', fee: '0.1', executedAt: NEW_YEAR - 20 }),
    aFill({ side: 'SELL', quantity: '1.5', price: '130', fee: '0.195', executedAt: NEW_YEAR }),
    aFill({ quantity: '1', price: '120', fee: '0.12', executedAt: NEW_YEAR - 10 }),
    aFill({ symbol: 'ETH/USDT', quantity: '1', price: '50', executedAt: NEW_YEAR - 5 }),
    aFill({ symbol: 'ETH/USDT', side: 'SELL', quantity: '1', price: '40', executedAt: NEW_YEAR - 1 }),
  ];
  for (const fill of fills) await commit(state.applyFill(fill));
});
afterAll(() => world.close());

function list(method: LotMethod, year: number | null = null, page = ALL): Promise<TaxLotsView> {
  const handler = new ListTaxLotsHandler(world.database, world.clock);
  return handler.execute(new ListTaxLots(TENANT, accountId, method, year, page));
}

describe('the tax lots of an account', () => {
  it.each([
    ['AVERAGE', '29.64', ['55.055']],
    ['FIFO', '34.645', ['60.06']],
    ['LIFO', '24.635', ['50.05']],
    ['HIFO', '24.635', ['50.05']],
  ] as const)(
    'by %s realize what the worked example says, by time and not by arrival',
    async (method, gain, costs) => {
      const { totals, lots, asset } = await list(method, 2026);
      expect(totals).toMatchObject({ gain, knownGain: gain, unknown: 0, proceeds: '194.805' });
      expect(lots.map(({ cost }) => cost)).toEqual(costs);
      expect(asset).toBe('USDT');
    },
  );

  it('of a year are what was realized in it; the years together are all', async () => {
    const [before, after, all] = await Promise.all([list('FIFO', 2025), list('FIFO', 2026), list('FIFO')]);
    expect(before.data).toMatchObject([{ asset: 'ETH', cost: '50', proceeds: '40', gain: '-10' }]);
    expect(before.lots.map(({ quantity }) => quantity)).toEqual(['1', '1']);
    expect(after.data).toMatchObject([
      { asset: 'BTC', quantity: '1', cost: '100.1', proceeds: '129.87', gain: '29.77', heldDays: 0 },
      { asset: 'BTC', quantity: '0.5', cost: '60.06', proceeds: '64.935', gain: '4.875' },
    ]);
    expect(all.data).toEqual([...before.data, ...after.data]);
    expect(all.totals.gain).toBe('24.645');
  });

  it('come page by page with the totals of all', async () => {
    const list1 = taxLotList(accountId, 'FIFO', null).name;
    const first = await list('FIFO', null, { ...ALL, list: list1, limit: 2 });
    expect(first.page.hasMore).toBe(true);
    const [, ...after] = JSON.parse(Buffer.from(first.page.nextCursor!, 'base64url').toString()) as number[];
    expect(first.page.nextCursor).toBe(encodeCursor(list1, after));
    const rest = await list('FIFO', null, { ...ALL, list: list1, limit: 2, after });
    expect([...first.data, ...rest.data]).toEqual((await list('FIFO')).data);
    expect(rest.page.hasMore).toBe(false);
    expect(rest.totals).toEqual(first.totals);
  });

  it('are exported line by line, the disposals and then what is left', async () => {
    const handler = new ExportTaxLotsHandler(world.database);
    for (const method of LOT_METHODS) {
      const lines = [];
      for await (const line of await handler.execute(new ExportTaxLots(TENANT, accountId, method, null))) {
        lines.push(line);
      }
      const { data, lots } = await list(method);
      expect(lines).toEqual([
        ...data.map((disposal) => ({ type: 'DISPOSAL', disposal, currency: 'USDT' })),
        ...lots.map((lot) => ({ type: 'OPEN', lot, currency: 'USDT' })),
      ]);
    }
  });

  it('of a trade of two assets take its worth from what the account was valued by shortly before', async () => {
    const { account } = await world.openAccount({ USDT: '100000' });
    const state = await world.repository.load(account.accountId);
    const commit = await world.lane(account.accountId);
    const at = NEW_YEAR + 1_000_000;
    const holdings = [{ asset: 'BTC', total: '1', price: '50000', value: '50000' }];
    await world.database.query(
      `INSERT INTO portfolio_snapshot (account_id, taken_at, kind, ledger_sequence, asset, equity, flow, complete,
         unvalued_flows, valuation, rates)
       VALUES ($1, to_timestamp($2::float8 / 1000), 'INTERVAL', 1, 'USDT', 1, 0, true, '{}', $3, '{}')`,
      [account.accountId, at - 600_000, JSON.stringify({ holdings, contracts: [] })],
    );
    const swap = { symbol: 'ETH/BTC', quantity: '10', price: '0.05' };
    await commit(state.applyFill(aFill({ quantity: '1', price: '40000', executedAt: NEW_YEAR })));
    await commit(state.applyFill(aFill({ ...swap, executedAt: at })));
    await commit(state.applyFill(aFill({ ...swap, side: 'SELL', executedAt: at + 1_000_000 })));
    const handler = new ListTaxLotsHandler(world.database, world.clock);
    const { data } = await handler.execute(new ListTaxLots(TENANT, account.accountId, 'FIFO', null, ALL));
    expect(data).toMatchObject([
      { asset: 'BTC', quantity: '0.5', cost: '20000', proceeds: '25000', gain: '5000' },
      { asset: 'ETH', quantity: '10', cost: '25000', proceeds: null, gain: null },
    ]);
  });

  it('are nobody else’s', async () => {
    const handler = new ListTaxLotsHandler(world.database, world.clock);
    await expect(
      handler.execute(new ListTaxLots(STRANGER, accountId, 'FIFO', null, ALL)),
    ).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
  });
});
