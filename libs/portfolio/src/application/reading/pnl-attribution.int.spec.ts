import { parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import type { MarketData } from '@sextant/market-data';
import { fc } from '../../../../../test/support/property.js';
import { aFill } from '../../domain/positions/fills.contract.js';
import type { BookedFill } from '../../domain/positions/booked-fill.js';
import { PortfolioWorld, TENANT } from '../portfolio-world.contract.js';
import { GetPnl, GetPnlHandler, PNL_GROUPINGS } from './get-pnl.js';
import type { PnlGrouping, PnlView } from './get-pnl.js';
import type { PnlRow } from './pnl-sums.js';

const DAY = 86_400_000;
const NEW_YEAR = Date.UTC(2026, 0, 1);
const RANGE = [NEW_YEAR + DAY, NEW_YEAR + 3 * DAY] as const;

let world: PortfolioWorld;
const accountIds: AccountId[] = [];

/** Two strategies and none, in four markets of two assets, with fees in three: they hold opposite sides, too. */
const someFill = fc
  .record({
    symbol: fc.constantFrom('BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'BNB/USDT'),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    baseUnits: fc.bigInt({ min: 10n ** 9n, max: 10n ** 19n }),
    notionalUnits: fc.bigInt({ min: 10n ** 9n, max: 10n ** 21n }),
    feePart: fc.integer({ min: -9, max: 90 }),
    feeIn: fc.constantFrom('base', 'quote', 'BNB'),
    feeValueUnits: fc.bigInt({ min: 1n, max: 10n ** 16n }),
    strategy: fc.constantFrom(null, 'grid', 'trend'),
    executedAt: fc.integer({ min: NEW_YEAR, max: NEW_YEAR + 4 * DAY }),
  })
  .map(({ feePart, feeIn, ...rest }): BookedFill => {
    const fill = aFill(rest);
    const feeAsset = feeIn === 'base' ? fill.base : feeIn === 'quote' ? fill.quote : feeIn;
    return { ...fill, feeAsset, feeUnits: (fill.baseUnits * BigInt(feePart)) / 1000n };
  });

beforeAll(async () => {
  world = await PortfolioWorld.create();
  for (const [symbol, price] of [
    ['BTC/USDT', '50000.123456789'],
    ['ETH/USDT', '3000.7'],
    ['ETH/BTC', '0.06001'],
    ['BNB/USDT', '601.3'],
  ] as const) {
    world.marks.set(symbol, price);
  }
  for (const [index, fills] of fc.sample(fc.array(someFill, { minLength: 25, maxLength: 25 }), 3).entries()) {
    const { account } = await world.openAccount({ USDT: '1000000', BTC: '100' });
    accountIds.push(account.accountId);
    const state = await world.repository.load(account.accountId);
    const commit = await world.lane(account.accountId);
    for (const fill of fills)
      await commit(state.applyFill({ ...fill, venueTradeId: `${index} ${fill.fillId}` }));
  }
});
afterAll(() => world.close());

function pnl(groupBy: PnlGrouping, range: readonly number[] = [], accountId: AccountId | null = null) {
  const handler = new GetPnlHandler(world.database, world.marks as unknown as MarketData, world.clock);
  return handler.execute(new GetPnl(TENANT, accountId, groupBy, range[0] ?? null, range[1] ?? null));
}

const COLUMNS = ['realizedPnl', 'unrealizedPnl', 'fees', 'funding', 'netPnl', 'totalPnl'] as const;

function sumsOf(rows: readonly PnlRow[], asset: string): Record<string, bigint | null> {
  const own = rows.filter((row) => row.asset === asset);
  return Object.fromEntries(
    COLUMNS.map((column) => [
      column,
      own.reduce<bigint | null>((sum, { [column]: text }) => {
        return sum === null || text === null ? null : sum + parseScaled(text);
      }, 0n),
    ]),
  );
}

function expectToAddUp({ rows, totals }: PnlView): void {
  expect(new Set(rows.map(({ asset }) => asset))).toEqual(new Set(totals.map(({ asset }) => asset)));
  for (const total of totals) expect(sumsOf(rows, total.asset)).toEqual(sumsOf([total], total.asset));
}

describe('the attribution of P&L over several accounts', () => {
  it.each(PNL_GROUPINGS)(
    'by %s adds up to the totals, to the last digit, whole and within a time',
    async (groupBy) => {
      expectToAddUp(await pnl(groupBy));
      expectToAddUp(await pnl(groupBy, RANGE));
      for (const accountId of accountIds) expectToAddUp(await pnl(groupBy, [], accountId));
    },
  );

  it('has the same totals by every grouping; days know nothing of what is open', async () => {
    const [whole, ...others] = await Promise.all(
      (['symbol', 'strategy', 'venue', 'account'] as const).map((groupBy) => pnl(groupBy)),
    );
    for (const { totals } of others) expect(sorted(totals)).toEqual(sorted(whole!.totals));
    const days = (await pnl('day')).totals;
    const past = (rows: PnlRow[]) =>
      sorted(rows).map(({ asset, realizedPnl, fees, netPnl }) => [asset, realizedPnl, fees, netPnl]);
    expect(past(days)).toEqual(past(whole!.totals));
    const within = await Promise.all(PNL_GROUPINGS.map((groupBy) => pnl(groupBy, RANGE)));
    for (const { totals } of within) expect(sorted(totals)).toEqual(sorted(within[0]!.totals));
  });

  it('is the sum of the accounts', async () => {
    const all = await pnl('symbol');
    const each = await Promise.all(accountIds.map((accountId) => pnl('symbol', [], accountId)));
    for (const { asset } of all.totals) {
      expect(
        sumsOf(
          each.flatMap(({ totals }) => totals),
          asset,
        ),
      ).toEqual(sumsOf(all.totals, asset));
    }
  });

  it('of strategies within all time is that of their positions', async () => {
    const groups = async (range: readonly number[]) =>
      (await pnl('strategy', range)).rows
        .filter(({ remainder }) => !remainder)
        .map(({ key, asset, realizedPnl, fees }) => JSON.stringify([key, asset, realizedPnl, fees]))
        .sort();
    expect(await groups([0, NEW_YEAR + 10 * DAY])).toEqual(await groups([]));
  });

  it('of the days within a time are the days that lie in it', async () => {
    const [all, within] = await Promise.all([pnl('day'), pnl('day', RANGE)]);
    const inRange = all.rows.filter(({ key }) => key === '2026-01-02' || key === '2026-01-03');
    expect(within.rows).toEqual(inRange);
    expect(inRange.length).toBeGreaterThan(0);
  });
});

describe('what is no strategy’s own', () => {
  it('is the netting of opposite sides: realized by the account, open for the two', async () => {
    const { account } = await world.openAccount({ USDT: '1000' });
    const state = await world.repository.load(account.accountId);
    const commit = await world.lane(account.accountId);
    await commit(state.applyFill(aFill({ quantity: '1', price: '100', strategy: 'grid' })));
    await commit(state.applyFill(aFill({ side: 'SELL', quantity: '1', price: '120', strategy: 'trend' })));
    world.marks.set('BTC/USDT', '130');
    const { rows, totals } = await pnl('strategy', [], account.accountId);
    const shown = ({ key, remainder, realizedPnl, unrealizedPnl, totalPnl }: PnlRow) => [
      key,
      remainder,
      realizedPnl,
      unrealizedPnl,
      totalPnl,
    ];
    expect(rows.map(shown)).toEqual([
      ['grid', false, '0', '30', '30'],
      ['trend', false, '0', '-10', '-10'],
      [null, true, '20', '-20', '0'],
    ]);
    expect(totals.map(shown)).toEqual([[null, false, '20', '0', '20']]);
  });
});

function sorted(rows: readonly PnlRow[]): PnlRow[] {
  return rows.toSorted((a, b) => (a.asset < b.asset ? -1 : 1));
}
