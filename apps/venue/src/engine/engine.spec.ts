import type { EngineEvent, OrderChanged } from './events.js';
import type { SelfTradePrevention } from './order.js';
import { ROUND, TradingFloor } from './trading-floor.contract.js';

const SYMBOL = ROUND.symbol;

function told(floor: TradingFloor, kind: EngineEvent['kind']): EngineEvent[] {
  return floor.events.filter((event) => event.kind === kind);
}

describe('matching', () => {
  it('trades at the resting price, best price first and oldest first', () => {
    const floor = new TradingFloor('ann', 'bob', 'cat', 'dan');
    const dear = floor.sell('ann', 102, 5);
    const first = floor.sell('bob', 101, 3);
    const second = floor.sell('cat', 101, 4);
    const taker = floor.buy('dan', 102, 9);
    expect([first, second, dear].map(({ filledLots }) => filledLots)).toEqual([3, 4, 2]);
    expect(taker).toMatchObject({ status: 'FILLED', filledLots: 9 });
    expect(taker.filledQuote).toBe((7n * 101n + 2n * 102n) * 100_000_000n);
    expect(floor.depth()).toEqual({ bids: [], asks: [[102, 3]] });
    expect(floor.imbalance()).toBeNull();
  });

  it('gives back what a better price saved', () => {
    const floor = new TradingFloor('ann', 'bob');
    floor.sell('ann', 90, 10);
    floor.buy('bob', 100, 10);
    expect(floor.balance('bob', 'BBB')).toEqual({ free: 1_000_000_000 - 900, locked: 0 });
  });

  it('numbers book events without a gap, with absolute sizes', () => {
    const floor = new TradingFloor('ann', 'bob');
    floor.buy('ann', 99, 5);
    floor.buy('ann', 98, 5);
    floor.sell('bob', 98, 7);
    const events = told(floor, 'BookChanged');
    expect(events).toMatchObject([
      { U: 1, u: 1, bids: [[99, 5]], asks: [] },
      { U: 2, u: 2, bids: [[98, 5]], asks: [] },
      {
        U: 3,
        u: 4,
        bids: [
          [99, 0],
          [98, 3],
        ],
        asks: [],
      },
    ]);
    expect(floor.engine.depth(SYMBOL).lastUpdateId).toBe(4);
  });

  it('fills an IOC as far as it goes and lets the rest expire', () => {
    const floor = new TradingFloor('ann', 'bob');
    floor.sell('ann', 100, 4);
    const order = floor.buy('bob', 100, 10, { timeInForce: 'IOC' });
    expect(order).toMatchObject({ status: 'EXPIRED', filledLots: 4 });
    expect(floor.balance('bob', 'BBB').locked).toBe(0);
  });

  it('fills a FOK whole or not at all', () => {
    const floor = new TradingFloor('ann', 'bob');
    floor.sell('ann', 100, 4);
    expect(floor.buy('bob', 100, 5, { timeInForce: 'FOK' })).toMatchObject({
      status: 'EXPIRED',
      filledLots: 0,
    });
    expect(floor.depth().asks).toEqual([[100, 4]]);
    expect(floor.buy('bob', 100, 4, { timeInForce: 'FOK' })).toMatchObject({ status: 'FILLED' });
  });

  it('refuses a post-only order that would take, and sets nothing aside for it', () => {
    const floor = new TradingFloor('ann', 'bob');
    floor.sell('ann', 100, 4);
    expect(() => floor.buy('bob', 100, 1, { postOnly: true })).toThrow('WOULD_TAKE');
    expect(floor.balance('bob', 'BBB').locked).toBe(0);
    expect(floor.buy('bob', 99, 1, { postOnly: true }).status).toBe('NEW');
  });

  it('lets a market order expire when the book is empty', () => {
    const floor = new TradingFloor('ann');
    expect(floor.place('ann', { side: 'SELL', type: 'MARKET', lots: 3 })).toMatchObject({
      status: 'EXPIRED',
      filledLots: 0,
    });
  });

  it('spends a market order’s budget in whole lots and leaves the rest unspent', () => {
    const floor = new TradingFloor('ann', 'bob');
    floor.sell('ann', 100, 2);
    floor.sell('ann', 130, 9);
    const order = floor.place('bob', { type: 'MARKET', quoteBudget: 500n * 100_000_000n });
    expect(order).toMatchObject({ status: 'FILLED', lots: 4, filledLots: 4 });
    expect(floor.balance('bob', 'BBB').free).toBe(1_000_000_000 - 460);
  });

  it('refuses what the account cannot pay for', () => {
    const floor = new TradingFloor('ann');
    floor.open({ accountId: 'poor', keys: [], balances: { BBB: '100' } });
    expect(() => floor.buy('poor', 101, 1)).toThrow('INSUFFICIENT_BALANCE');
    floor.buy('poor', 60, 1);
    expect(() => floor.buy('poor', 50, 1)).toThrow('INSUFFICIENT_BALANCE');
    expect(floor.balance('poor', 'BBB')).toEqual({ free: 40, locked: 60 });
  });

  it('keeps an amended order’s place and refuses to let it grow', () => {
    const floor = new TradingFloor('ann', 'bob', 'cat');
    const amended = floor.buy('ann', 100, 9);
    const later = floor.buy('bob', 100, 5);
    floor.engine.amend(amended, 4, 'smaller');
    expect(() => floor.engine.amend(amended, 5, 'larger')).toThrow('NOT_SMALLER');
    floor.sell('cat', 100, 4);
    expect(amended.status).toBe('FILLED');
    expect(later.filledLots).toBe(0);
    expect(floor.engine.orders.byClientId('ann', SYMBOL, 'smaller')).toBe(amended);
    expect(floor.balance('ann', 'BBB').locked).toBe(0);
  });

  it('does not cancel what is over', () => {
    const floor = new TradingFloor('ann', 'bob');
    const order = floor.sell('ann', 100, 1);
    floor.buy('bob', 100, 1);
    expect(() => floor.engine.cancel(order, null)).toThrow('NOT_OPEN');
    expect(order.status).toBe('FILLED');
  });
});

describe('self-trade prevention', () => {
  const outcome = (stp: SelfTradePrevention) => {
    const floor = new TradingFloor('ann', 'bob');
    const own = floor.sell('ann', 100, 4);
    const other = floor.sell('bob', 100, 9);
    const taker = floor.buy('ann', 100, 6, { stp });
    expect(floor.imbalance()).toBeNull();
    return { own: own.status, taken: other.filledLots, taker: taker.status, prevented: taker.preventedLots };
  };

  it.each([
    ['NONE', { own: 'FILLED', taken: 2, taker: 'FILLED', prevented: 0 }],
    ['EXPIRE_MAKER', { own: 'EXPIRED_IN_MATCH', taken: 6, taker: 'FILLED', prevented: 0 }],
    ['EXPIRE_TAKER', { own: 'NEW', taken: 0, taker: 'EXPIRED_IN_MATCH', prevented: 0 }],
    ['EXPIRE_BOTH', { own: 'EXPIRED_IN_MATCH', taken: 0, taker: 'EXPIRED_IN_MATCH', prevented: 0 }],
    ['DECREMENT', { own: 'EXPIRED_IN_MATCH', taken: 2, taker: 'FILLED', prevented: 4 }],
  ] as const)('%s', (mode, expected) => {
    expect(outcome(mode)).toEqual(expected);
  });
});

describe('orders that wait', () => {
  const stop = (ticks: number, when: 'UP' | 'DOWN') => ({
    trigger: { ticks, when, source: 'LAST' as const },
  });

  it('wake when a trade reaches their price, and wake each other', () => {
    const floor = new TradingFloor('ann', 'bob', 'cat');
    floor.engine.house.setLevel(SYMBOL, 'BUY', 97, 1);
    floor.engine.house.setLevel(SYMBOL, 'BUY', 95, 10);
    const first = floor.sell('ann', 0, 1, { ticks: null, type: 'STOP_LOSS', ...stop(98, 'DOWN') });
    const second = floor.sell('bob', 90, 2, { type: 'STOP_LOSS_LIMIT', ...stop(97, 'DOWN') });
    expect([first.isWorking, second.isWorking]).toEqual([false, false]);
    floor.engine.house.trade(SYMBOL, 'SELL', 98, 1);
    expect(first).toMatchObject({ status: 'FILLED', filledLots: 1 });
    expect(second).toMatchObject({ status: 'FILLED', filledLots: 2, filledQuote: 190n * 100_000_000n });
    expect(floor.imbalance()).toBeNull();
  });

  it('are refused when their price is reached already', () => {
    const floor = new TradingFloor('ann');
    floor.engine.house.trade(SYMBOL, 'BUY', 100, 1);
    expect(() => floor.buy('ann', 101, 1, stop(100, 'UP'))).toThrow('WOULD_TRIGGER');
  });

  it('wake on the mark price where they watch it', () => {
    const floor = new TradingFloor('ann');
    const order = floor.buy('ann', 100, 1, { trigger: { ticks: 105, when: 'UP', source: 'MARK' } });
    floor.engine.house.trade(SYMBOL, 'BUY', 110, 1);
    expect(order.isWorking).toBe(false);
    floor.engine.markPrice(SYMBOL, 105);
    expect(order.isWorking).toBe(true);
  });
});

describe('a list of two orders', () => {
  const place = (floor: TradingFloor) =>
    floor.engine.placeList('list-1', [
      floor.terms('ann', { side: 'SELL', type: 'LIMIT_MAKER', ticks: 110, lots: 4, postOnly: true }),
      floor.terms('ann', {
        side: 'SELL',
        type: 'STOP_LOSS_LIMIT',
        ticks: 88,
        lots: 4,
        trigger: { ticks: 90, when: 'DOWN', source: 'LAST' },
      }),
    ]);

  it('sets funds aside once', () => {
    const floor = new TradingFloor('ann');
    place(floor);
    expect(floor.balance('ann', 'AAA').locked).toBe(4);
  });

  it('ends the other order with the first fill of one', () => {
    const floor = new TradingFloor('ann', 'bob');
    const { list, orders } = place(floor);
    floor.buy('bob', 110, 1);
    expect(orders.map(({ status }) => status)).toEqual(['PARTIALLY_FILLED', 'EXPIRED']);
    expect(list.status).toBe('EXEC_STARTED');
    floor.buy('bob', 110, 3);
    expect(list.status).toBe('ALL_DONE');
    expect(floor.balance('ann', 'AAA')).toEqual({ free: 1_000_000 - 4, locked: 0 });
    expect(floor.imbalance()).toBeNull();
  });

  it('ends the other order when one wakes', () => {
    const floor = new TradingFloor('ann');
    const { orders } = place(floor);
    floor.engine.house.trade(SYMBOL, 'SELL', 90, 1);
    expect(orders.map(({ status }) => status)).toEqual(['EXPIRED', 'NEW']);
    expect(orders[1]?.isWorking).toBe(true);
    expect(floor.depth().asks).toEqual([[88, 4]]);
  });

  it('is canceled whole', () => {
    const floor = new TradingFloor('ann');
    const { list, orders } = place(floor);
    floor.engine.cancel(orders[1]!, 'mine');
    expect(orders.map(({ status }) => status)).toEqual(['CANCELED', 'CANCELED']);
    expect(list.status).toBe('ALL_DONE');
    expect(floor.balance('ann', 'AAA').locked).toBe(0);
  });

  it('is refused whole when one order is', () => {
    const floor = new TradingFloor('ann');
    floor.engine.house.setLevel(SYMBOL, 'BUY', 111, 1);
    expect(() => place(floor)).toThrow('WOULD_TAKE');
    expect(floor.balance('ann', 'AAA').locked).toBe(0);
    expect(floor.engine.orders.open('ann')).toEqual([]);
  });
});

describe('the house', () => {
  it('fills accounts that rest where it moves to, and takes its own size away from there', () => {
    const floor = new TradingFloor('ann');
    floor.engine.house.setLevel(SYMBOL, 'BUY', 100, 7);
    const order = floor.buy('ann', 101, 3);
    floor.engine.house.setLevel(SYMBOL, 'SELL', 99, 10);
    expect(order.status).toBe('FILLED');
    expect(floor.depth()).toEqual({ bids: [], asks: [[99, 7]] });
    expect(told(floor, 'Traded')).toMatchObject([{ ticks: 101, lots: 3, buyerIsMaker: true }]);
  });

  it('keeps accounts’ places when its size at their price changes', () => {
    const floor = new TradingFloor('ann');
    floor.engine.house.setLevel(SYMBOL, 'BUY', 100, 5);
    const order = floor.buy('ann', 100, 2);
    floor.engine.house.setLevel(SYMBOL, 'BUY', 100, 8);
    floor.engine.house.setLevel(SYMBOL, 'BUY', 100, 4);
    floor.engine.house.trade(SYMBOL, 'SELL', 100, 5);
    expect(order.filledLots).toBe(1);
    expect(floor.depth().bids).toEqual([[100, 1]]);
  });

  it('prints what its tape has beyond the book', () => {
    const floor = new TradingFloor('ann');
    const order = floor.sell('ann', 100, 2);
    floor.engine.house.trade(SYMBOL, 'BUY', 101, 5);
    expect(order.status).toBe('FILLED');
    expect(told(floor, 'Traded')).toMatchObject([
      { tradeId: 1, ticks: 100, lots: 2 },
      { tradeId: 2, ticks: 101, lots: 3 },
    ]);
  });

  it('can fill an order that was canceled before: late, and booked all the same', () => {
    const floor = new TradingFloor('ann');
    const order = floor.buy('ann', 100, 4);
    floor.engine.cancel(order, null);
    floor.engine.fillLate(order, 3);
    expect(order).toMatchObject({ status: 'CANCELED', filledLots: 3 });
    expect(floor.balance('ann', 'AAA').free).toBe(1_000_003);
    expect(floor.balance('ann', 'BBB').locked).toBe(0);
    expect(floor.imbalance()).toBeNull();
  });
});

describe('what listeners are told', () => {
  it('comes in the order in which it happened, balances and book last', () => {
    const floor = new TradingFloor('ann', 'bob');
    floor.sell('ann', 100, 2);
    floor.events.length = 0;
    floor.buy('bob', 100, 2);
    expect(floor.events.map(({ kind }) => kind)).toEqual([
      'OrderChanged',
      'Traded',
      'Filled',
      'Filled',
      ...told(floor, 'BalanceChanged').map(({ kind }) => kind),
      'BookChanged',
    ]);
  });

  it('shows an order as it was then', () => {
    const floor = new TradingFloor('ann', 'bob');
    floor.sell('ann', 100, 2);
    floor.buy('bob', 100, 2);
    const [accepted] = told(floor, 'OrderChanged') as OrderChanged[];
    expect(accepted?.order).toMatchObject({ status: 'NEW', filledLots: 0 });
  });
});
