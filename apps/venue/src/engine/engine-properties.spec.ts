import { fc } from '../../../../test/support/property.js';
import { SpotSettlement } from '../accounts/spot-settlement.js';
import { Ledger } from '../accounts/ledger.js';
import { Engine } from './engine.js';
import type { EngineEvent } from './events.js';
import type { Order, OrderTerms, SelfTradePrevention, Side } from './order.js';
import { remainingLots } from './order.js';
import { Refusal } from './refusal.js';
import { ROUND, TradingFloor } from './trading-floor.contract.js';

const SYMBOL = ROUND.symbol;
const ACCOUNTS = ['ann', 'bob', 'cat'];

interface Step {
  readonly kind: 'place' | 'cancel' | 'amend' | 'house' | 'tape' | 'late';
  readonly who: number;
  readonly side: Side;
  readonly type: 'LIMIT' | 'MARKET' | 'STOP' | 'BUDGET' | 'ICEBERG' | 'TRAILING';
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK';
  readonly stp: SelfTradePrevention;
  readonly ticks: number;
  readonly lots: number;
  readonly target: number;
  readonly displayLots: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('place', 'place', 'place', 'place', 'cancel', 'amend', 'house', 'tape', 'late'),
  who: fc.nat(ACCOUNTS.length - 1),
  side: fc.constantFrom('BUY', 'SELL'),
  type: fc.constantFrom('LIMIT', 'LIMIT', 'LIMIT', 'MARKET', 'STOP', 'BUDGET', 'ICEBERG', 'TRAILING'),
  timeInForce: fc.constantFrom('GTC', 'GTC', 'IOC', 'FOK'),
  stp: fc.constantFrom('NONE', 'EXPIRE_MAKER', 'EXPIRE_TAKER', 'EXPIRE_BOTH', 'DECREMENT'),
  ticks: fc.integer({ min: 95, max: 105 }),
  lots: fc.integer({ min: 1, max: 20 }),
  target: fc.nat(),
  displayLots: fc.integer({ min: 1, max: 5 }),
});

/** Fees, rebates, little money, and a grid whose products are finer than the smallest unit. */
function busyFloor(): TradingFloor {
  const floor = new TradingFloor();
  floor.engine.addMarket({
    symbol: 'FINE',
    base: 'AAA',
    quote: 'BBB',
    tickSize: '0.00001',
    stepSize: '0.0001',
  });
  const fees = { maker: '-0.0001', taker: '0.001' };
  for (const accountId of ACCOUNTS) {
    floor.open({ accountId, keys: [], balances: { AAA: '100', BBB: '5000' }, fees });
  }
  return floor;
}

function play(floor: TradingFloor, placed: Order[], symbol: string, step: Step): void {
  const { kind, side, ticks, lots } = step;
  const target = placed.length === 0 ? null : (placed[step.target % placed.length] as Order);
  if (kind === 'house') floor.engine.house.setLevel(symbol, side, ticks, lots);
  else if (kind === 'tape') floor.engine.house.trade(symbol, side, ticks, lots);
  else if (kind === 'place') placed.push(floor.engine.place(termsOf(floor, symbol, step)));
  else if (target !== null && kind === 'cancel') floor.engine.cancel(target, null);
  else if (target !== null && kind === 'amend')
    floor.engine.amend(target, target.lots - 1, `amended ${step.target}`);
  else if (target !== null && remainingLots(target) > 0) floor.engine.fillLate(target, 1);
}

function termsOf(
  floor: TradingFloor,
  symbol: string,
  { who, side, type, timeInForce, stp, ticks, lots, displayLots }: Step,
): OrderTerms {
  const budget = floor.engine.state(symbol).market.quoteUnitsUp(ticks, lots);
  const waits = {
    ticks: ticks + (side === 'BUY' ? 1 : -1),
    when: side === 'BUY' ? 'UP' : 'DOWN',
    source: 'LAST',
  } as const;
  const isPriced = type === 'LIMIT' || type === 'ICEBERG';
  const trails = { ...waits, ticks: displayLots === 1 ? null : waits.ticks, trailingBps: 100 * displayLots };
  return floor.terms(ACCOUNTS[who] as string, {
    symbol,
    side,
    type,
    timeInForce: type === 'ICEBERG' ? 'GTC' : timeInForce,
    stp,
    ...(type === 'ICEBERG' && { displayLots }),
    ticks: isPriced ? ticks : null,
    lots: type === 'BUDGET' ? null : lots,
    quoteBudget: type === 'BUDGET' ? budget : null,
    trigger: type === 'STOP' ? waits : type === 'TRAILING' ? trails : null,
  });
}

/** Plays what the engine accepts; what it refuses must have changed nothing. */
function playAll(floor: TradingFloor, steps: readonly Step[], after: () => void): void {
  const placed: Order[] = [];
  for (const [index, one] of steps.entries()) {
    floor.at += 1;
    try {
      play(floor, placed, index % 4 === 3 ? 'FINE' : SYMBOL, one);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    after();
  }
}

describe('whatever is ordered', () => {
  it('no unit of any asset is made or lost, and nobody owes anything', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const floor = busyFloor();
        playAll(floor, steps, () => expect(floor.imbalance()).toBeNull());
      }),
    );
  });

  it('the book never stands crossed, and its events rebuild it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const floor = busyFloor();
        const rebuilt = { bids: new Map<number, number>(), asks: new Map<number, number>() };
        let last = 0;
        floor.engine.listen((event) => {
          if (event.kind !== 'BookChanged' || event.symbol !== SYMBOL) return;
          expect(event.U).toBe(last + 1);
          last = event.u;
          for (const half of ['bids', 'asks'] as const) {
            for (const [ticks, lots] of event[half]) {
              if (lots === 0) rebuilt[half].delete(ticks);
              else rebuilt[half].set(ticks, lots);
            }
          }
        });
        playAll(floor, steps, () => {
          const { bids, asks } = floor.depth();
          expect((bids[0]?.[0] ?? 0) < (asks[0]?.[0] ?? Infinity)).toBe(true);
        });
        const { bids, asks } = floor.depth();
        expect([...rebuilt.bids].sort((a, b) => b[0] - a[0])).toEqual(bids);
        expect([...rebuilt.asks].sort((a, b) => a[0] - b[0])).toEqual(asks);
      }),
    );
  });

  it('an order never fills beyond its quantity, its fills add up, and an ended order stays ended', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const floor = busyFloor();
        const ended = new Map<number, string>();
        floor.engine.listen((event) => {
          if (event.kind !== 'OrderChanged' && event.kind !== 'Filled') return;
          const { orderId, status } = event.order;
          const before = ended.get(orderId);
          if (before !== undefined) expect(status).toBe(before);
          if (status !== 'NEW' && status !== 'PARTIALLY_FILLED') ended.set(orderId, status);
        });
        playAll(floor, steps, () => undefined);
        for (const accountId of ACCOUNTS) {
          for (const order of floor.engine.orders.of(accountId, SYMBOL)) {
            const fills = floor.engine.orders.fillsOf(order.orderId);
            expect(remainingLots(order)).toBeGreaterThanOrEqual(0);
            expect(fills.reduce((sum, { lots }) => sum + lots, 0)).toBe(order.filledLots);
            expect(fills.reduce((sum, { quoteUnits }) => sum + quoteUnits, 0n)).toBe(order.filledQuote);
          }
        }
      }),
    );
  });

  it('the events alone put everything back: balances, orders, fills, queues and numbers', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), fc.array(step, { maxLength: 10 }), (steps, more) => {
        const floor = busyFloor();
        playAll(floor, steps, () => undefined);
        // The house's size is not part of what is put back: its source lays it out anew.
        for (const symbol of [SYMBOL, 'FINE']) floor.engine.house.clear(symbol);
        const again = restored(floor.events);
        expect(stateOf(again)).toEqual(stateOf(floor));
        for (const one of [floor, again]) playAll(one, more, () => expect(one.imbalance()).toBeNull());
        expect(floor.depth()).toEqual(again.depth());
      }),
    );
  });
});

function restored(events: readonly EngineEvent[]): TradingFloor {
  const floor = busyFloor();
  const ledger = new Ledger();
  const settlement = new SpotSettlement({
    ledger,
    accounts: floor.accounts,
    market: (symbol) => engine.market(symbol),
  });
  const engine: Engine = new Engine({ settlement, now: () => floor.at });
  for (const symbol of floor.engine.symbols()) engine.addMarket(floor.engine.state(symbol).market.rules);
  for (const event of events) {
    if (event.kind === 'BalanceChanged') ledger.restore(event);
    else engine.restore(event);
  }
  engine.finishRestore();
  return Object.assign(floor, { ledger, engine, settlement });
}

function stateOf({ engine, ledger }: TradingFloor): object {
  return {
    balances: [...ACCOUNTS, '@house', '@fees'].map((accountId) =>
      ['AAA', 'BBB'].map((asset) => ledger.balance(accountId, asset)),
    ),
    deposited: ['AAA', 'BBB'].map((asset) => ledger.deposited(asset)),
    books: [SYMBOL, 'FINE'].map((symbol) => ({ ...engine.depth(symbol), ...engine.market(symbol) })),
    orders: ACCOUNTS.map((accountId) => engine.orders.of(accountId, SYMBOL)),
    open: ACCOUNTS.map((accountId) => engine.orders.open(accountId).map(({ orderId }) => orderId)),
    fills: ACCOUNTS.map((accountId) => engine.orders.fillsOfAccount(accountId, SYMBOL)),
  };
}
