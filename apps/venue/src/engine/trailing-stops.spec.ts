import type { Order } from './order.js';
import { TradingFloor } from './trading-floor.contract.js';

const MARKET = { type: 'STOP_LOSS', timeInForce: 'GTC', ticks: null } as const;

let floor: TradingFloor;

beforeEach(() => {
  floor = new TradingFloor('ann');
  trade(40_000);
});
afterEach(() => floor.assertBalanced());

function trade(...prices: number[]): void {
  for (const ticks of prices) floor.engine.house.trade('AAABBB', 'BUY', ticks, 1);
}

function trailing(
  side: Order['side'],
  trailingBps: number,
  ticks: number | null,
  when: 'UP' | 'DOWN',
): Order {
  const trigger = { ticks, when, source: 'LAST', trailingBps } as const;
  return floor.place('ann', { ...MARKET, side, lots: 1, trigger });
}

// The scenarios of the real venue's own explanation of these orders, prices and all.
describe('a trailing order wakes after the venue’s scenario', () => {
  it('A: a stop to buy, from 44000 on, 5 %', () => {
    const order = trailing('BUY', 500, 44_000, 'UP');
    trade(37_000, 43_999, 44_000, 45_000, 46_000, 42_000, 44_099);
    expect(order.isWorking).toBe(false);
    trade(44_100);
    expect(order.isWorking).toBe(true);
  });

  it('B: a stop to sell, from 39000 on, 10 %', () => {
    const order = trailing('SELL', 1_000, 39_000, 'DOWN');
    trade(41_500, 39_000, 37_000, 41_000, 36_901);
    expect(order.isWorking).toBe(false);
    trade(36_900);
    expect(order.isWorking).toBe(true);
  });

  it('C: a take-profit to buy, from 38000 on, 8.5 %', () => {
    const order = trailing('BUY', 850, 38_000, 'DOWN');
    trade(42_000, 38_000, 37_000, 39_000, 38_000, 40_144);
    expect(order.isWorking).toBe(false);
    trade(40_145);
    expect(order.isWorking).toBe(true);
  });

  it('D: a take-profit to sell, from 42000 on, 7.5 %', () => {
    const order = trailing('SELL', 750, 42_000, 'UP');
    trade(41_500, 39_000, 42_000, 45_000, 44_000, 46_500, 43_013);
    expect(order.isWorking).toBe(false);
    trade(43_012);
    expect(order.isWorking).toBe(true);
  });

  it('E: a stop to sell, from the start, 7 %', () => {
    const order = trailing('SELL', 700, null, 'DOWN');
    trade(42_000, 39_500, 45_500, 42_316);
    expect(order.isWorking).toBe(false);
    trade(42_315);
    expect(order.isWorking).toBe(true);
  });
});

describe('a waiting order', () => {
  it('wakes at a trade that a later one of the same operation takes back', () => {
    const trigger = { ticks: 41_000, when: 'UP', source: 'LAST' } as const;
    const stop = floor.place('ann', { ...MARKET, side: 'BUY', lots: 1, trigger });
    floor.engine.house.setLevels('AAABBB', [
      ['SELL', 41_000, 1],
      ['BUY', 39_000, 1],
    ]);
    floor.engine.settleNow(() => {
      floor.engine.house.trade('AAABBB', 'BUY', 41_000, 1);
      floor.engine.house.trade('AAABBB', 'SELL', 39_000, 1);
    });
    expect(stop.isWorking).toBe(true);
  });

  it('sets aside what it costs where it is to wake', () => {
    trailing('BUY', 500, null, 'UP');
    expect(floor.balance('ann', 'BBB').locked).toBe(42_000);
    trailing('BUY', 100, 30_000, 'DOWN');
    expect(floor.balance('ann', 'BBB').locked).toBe(42_000 + 30_300);
  });
});
