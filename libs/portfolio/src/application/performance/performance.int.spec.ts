import { parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import type { MarketData } from '@sextant/market-data';
import type { DailyReturn } from '../../domain/performance/equity-point.js';
import { aFill } from '../../domain/positions/fills.contract.js';
import { PortfolioWorld, STRANGER, TENANT } from '../portfolio-world.contract.js';
import { BenchmarkPrices } from './benchmark-prices.js';
import { GetPerformance, GetPerformanceHandler } from './get-performance.js';
import { TradeResults } from './trade-results.js';
import { ratioText } from './performance-view.js';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const PERCENT = [1, -2, 1.5, 0.5, -1, 2, -0.5, 0, 1.2, -0.8];

class ScriptedPrices extends BenchmarkPrices {
  told: DailyReturn[] | null = PERCENT.map((value, day) => ({ day: START + day * DAY, value: value / 200 }));

  dailyReturns(): Promise<DailyReturn[] | null> {
    return Promise.resolve(this.told);
  }
}

let world: PortfolioWorld;
let accountId: AccountId;
const prices = new ScriptedPrices();

/** An equity that earns the worked example's returns day by day, with 500 more paid in on the fifth day. */
beforeAll(async () => {
  world = await PortfolioWorld.create();
  world.clock.jumpTo(START);
  ({ accountId } = (await world.openAccount({ USDT: '1000' })).account);
  let equity = parseScaled('1000');
  await snapshot(0, equity, 0n);
  for (const [day, percent] of PERCENT.entries()) {
    if (day === 4) {
      equity += parseScaled('500');
      await snapshot(day + 0.5, equity, parseScaled('500'));
    }
    equity = (equity * BigInt(1000 + Math.round(percent * 10))) / 1000n;
    await snapshot(day + 1, equity, 0n);
  }
  const state = await world.repository.load(accountId);
  const commit = await world.lane(accountId);
  for (const [price, at] of [
    ['100', 1],
    ['110', 2],
    ['100', 3],
    ['95', 4],
  ] as const) {
    const side = at % 2 === 1 ? 'BUY' : 'SELL';
    await commit(
      state.applyFill(aFill({ side, quantity: '1', price, fee: '0.5', executedAt: START + at * DAY })),
    );
  }
  world.clock.jumpTo(START + 11 * DAY);
});
afterAll(() => world.close());

async function snapshot(day: number, equity: bigint, flow: bigint): Promise<void> {
  await world.database.query(
    `INSERT INTO portfolio_snapshot (account_id, taken_at, kind, ledger_sequence, asset, equity, flow, complete,
       unvalued_flows, valuation, rates)
     VALUES ($1, to_timestamp($2::float8 / 1000), $3, 1, 'USDT', $4, $5, true, '{}', '{}', '{}')`,
    [accountId, START + day * DAY, flow === 0n ? 'DAY' : 'FLOW', String(equity), String(flow)],
  );
}

function performance(
  options: { from?: number; to?: number; benchmark?: string; tenant?: typeof TENANT } = {},
) {
  const { from = null, to = null, benchmark = null, tenant = TENANT } = options;
  const marketData = world.marks as unknown as MarketData;
  const handler = new GetPerformanceHandler(
    world.database,
    marketData,
    prices,
    new TradeResults(world.database),
    world.clock,
  );
  return handler.execute(new GetPerformance(tenant, null, from, to, benchmark));
}

describe('the performance of an account', () => {
  it('is that of the worked example, whatever was paid in meanwhile', async () => {
    const view = await performance();
    expect(view).toMatchObject({
      accountIds: [accountId],
      asset: 'USDT',
      startEquity: '1000',
      netFlow: '500',
      dailyReturns: 10,
      fewSamples: true,
      missingDays: 0,
      complete: true,
      benchmark: null,
    });
    expect(Number(view.timeWeightedReturn)).toBeCloseTo(0.01842766, 8);
    expect(Number(view.sharpe)).toBeCloseTo(2.8629, 4);
    expect(Number(view.sortino)).toBeCloseTo(4.7298, 4);
    expect(Number(view.cagr)).toBeCloseTo(0.947385, 6);
    expect(Number(view.calmar)).toBeCloseTo(47.37, 2);
    expect(view.maxDrawdown).toBe('-0.02');
    expect(view.moneyWeightedReturn).not.toBe(view.timeWeightedReturn);
  });

  it('begins with the first point, also when that shares an interval with later ones', async () => {
    const minute = 1 / 1_440;
    await snapshot(20 + minute, parseScaled('2000'), 0n);
    await snapshot(20 + 2 * minute, parseScaled('1900'), 0n);
    await snapshot(20 + 3 * minute, parseScaled('1920'), parseScaled('20'));
    const early = { from: START + 20 * DAY, to: START + 21 * DAY };
    expect(await performance(early)).toMatchObject({
      startEquity: '2000',
      endEquity: '1920',
      netFlow: '20',
      gain: '-100',
      timeWeightedReturn: '-0.05',
    });
    await world.database.query('DELETE FROM portfolio_snapshot WHERE taken_at > to_timestamp($1)', [
      (START + 19 * DAY) / 1_000,
    ]);
  });

  it('knows the closed trades, net of their fees', async () => {
    const { trades } = await performance();
    expect(trades).toEqual([
      expect.objectContaining({
        asset: 'USDT',
        count: 2,
        wins: 1,
        losses: 1,
        netPnl: '3',
        hitRate: '0.5',
        profitFactor: '1.5',
        expectancy: '1.5',
        averageHoldingMs: DAY,
      }),
    ]);
    const later = await performance({ from: START + 3 * DAY });
    expect(later.trades).toEqual([expect.objectContaining({ count: 1, netPnl: '-6', hitRate: '0' })]);
  });

  it('is compared with a market day by day, and says when there is no history of it', async () => {
    const { benchmark } = await performance({ benchmark: 'BTCUSDT' });
    expect(benchmark).toMatchObject({ symbol: 'BTC/USDT', venue: 'PAPER', days: 10, fewSamples: true });
    expect(Number(benchmark!.beta)).toBeCloseTo(2, 6);
    prices.told = null;
    expect((await performance({ benchmark: 'BTCUSDT' })).benchmark).toMatchObject({ days: 0, beta: null });
  });

  it('is unknown, not zero, where nothing was ever valued', async () => {
    const nothing = await performance({ tenant: STRANGER });
    expect(nothing).toMatchObject({
      accountIds: [],
      startEquity: null,
      timeWeightedReturn: null,
      sharpe: null,
      maxDrawdown: null,
      trades: [],
    });
    expect(await performance({ from: START + 50 * DAY })).toMatchObject({ endEquity: null, cagr: null });
  });
});

describe('a ratio', () => {
  it('is plain text without trailing zeros, and null where it is no figure', () => {
    expect([0.05, -0, 1, 1e-13, -2.5, 123456.75].map(ratioText)).toEqual([
      '0.05',
      '0',
      '1',
      '0',
      '-2.5',
      '123456.75',
    ]);
    expect([null, Infinity, NaN, 1e16].map(ratioText)).toEqual([null, null, null, null]);
  });
});
