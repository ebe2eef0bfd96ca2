import { readFileSync } from 'node:fs';
import type { Side } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { MatchingBook } from './matching-book.js';

interface Fill {
  taker: string;
  maker: string;
  ticks: number;
  lots: number;
}

interface Order {
  id: string;
  side: Side;
  ticks: number;
  lots: number;
  owner: number;
  immediate?: boolean;
}

/** A market of many owners on the book under test. */
class Market {
  private readonly book = new MatchingBook();
  private readonly slots = new Map<string, number>();
  private readonly names = new Map<number, string>();
  readonly fills: Fill[] = [];

  submit({ id, side, ticks, lots, owner, immediate }: Order): void {
    const planned = this.book.plan(side, ticks, lots, owner);
    const selfTrade = this.book.selfTrade;
    const filledUp: number[] = [];
    this.book.execute((slot, price, size) => {
      this.fills.push({ taker: id, maker: this.names.get(slot)!, ticks: price, lots: size });
      if (this.book.lotsOf(slot) === size) filledUp.push(slot);
    });
    for (const slot of filledUp) this.slots.delete(this.names.get(slot)!);
    if (planned < lots && !immediate && !selfTrade) {
      const slot = this.book.rest(side, ticks, lots - planned, owner);
      this.slots.set(id, slot);
      this.names.set(slot, id);
    }
  }

  cancel(id: string): void {
    const slot = this.slots.get(id);
    if (slot === undefined) return;
    this.slots.delete(id);
    this.book.remove(slot);
  }

  get openOrders(): string[] {
    return [...this.slots.keys()].sort();
  }

  depth(side: Side): { price: number; orders: number; qty: number }[] {
    const levels = [];
    for (let ticks = this.book.bestTicks(side); ticks !== 0; ticks = this.book.nextTicks(side, ticks)) {
      const level = { price: ticks, orders: 0, qty: 0 };
      for (let slot = this.book.front(side, ticks); slot !== 0; slot = this.book.behind(slot)) {
        level.orders += 1;
        level.qty += this.book.lotsOf(slot);
      }
      levels.push(level);
    }
    return levels;
  }
}

/** The same market as plainly as it can be written: one sorted list, no data structure. */
class ReferenceMarket {
  private resting: (Order & { arrived: number })[] = [];
  private arrivals = 0;
  readonly fills: Fill[] = [];

  submit(order: Order): void {
    let left = order.lots;
    let stopped = false;
    const sign = order.side === 'BUY' ? 1 : -1;
    const makers = this.resting
      .filter((maker) => maker.side !== order.side && (maker.ticks - order.ticks) * sign <= 0)
      .sort((a, b) => (a.ticks - b.ticks) * sign || a.arrived - b.arrived);
    for (const maker of makers) {
      if (left === 0 || stopped) break;
      if (maker.owner === order.owner && maker.owner !== 0) stopped = true;
      else {
        const lots = Math.min(left, maker.lots);
        this.fills.push({ taker: order.id, maker: maker.id, ticks: maker.ticks, lots });
        maker.lots -= lots;
        left -= lots;
      }
    }
    this.resting = this.resting.filter((maker) => maker.lots > 0);
    if (left > 0 && !order.immediate && !stopped) {
      this.resting.push({ ...order, lots: left, arrived: this.arrivals++ });
    }
  }

  cancel(id: string): void {
    this.resting = this.resting.filter((order) => order.id !== id);
  }

  get openOrders(): string[] {
    return this.resting.map(({ id }) => id).sort();
  }

  depth(side: Side): { price: number; orders: number; qty: number }[] {
    const own = this.resting.filter((order) => order.side === side);
    const prices = [...new Set(own.map(({ ticks }) => ticks))].sort((a, b) =>
      side === 'BUY' ? b - a : a - b,
    );
    return prices.map((price) => {
      const level = own.filter(({ ticks }) => ticks === price);
      return { price, orders: level.length, qty: level.reduce((sum, { lots }) => sum + lots, 0) };
    });
  }
}

/** Prices close together, so that they meet; some far apart, as in a book that is thin or in fine ticks. */
const price = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 90, max: 110 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 127, 128, 129, 2 ** 31, 2 ** 31 + 128, 2 ** 52) },
);

const action = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      side: fc.constantFrom<Side>('BUY', 'SELL'),
      ticks: price,
      lots: fc.integer({ min: 1, max: 50 }),
      owner: fc.integer({ min: 0, max: 3 }),
      immediate: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ cancel: fc.nat(80) }) },
);

it('makes the fills of a plain reference matcher, whatever the orders', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const market = new Market();
      const reference = new ReferenceMarket();
      actions.forEach((step, index) => {
        for (const side of [market, reference]) {
          if ('cancel' in step) side.cancel(`o${step.cancel}`);
          else side.submit({ id: `o${index}`, ...step });
        }
        expect(market.fills).toEqual(reference.fills);
        expect(market.openOrders).toEqual(reference.openOrders);
      });
      for (const side of ['BUY', 'SELL'] as const) expect(market.depth(side)).toEqual(reference.depth(side));
      const best = { bid: market.depth('BUY')[0], ask: market.depth('SELL')[0] };
      if (best.bid && best.ask && actions.every((step) => 'cancel' in step || step.owner === 0)) {
        expect(best.bid.price).toBeLessThan(best.ask.price);
      }
    }),
  );
});

it('keeps the queue of a price in order of arrival over cancels in its middle and at its ends', () => {
  const market = new Market();
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    market.submit({ id, side: 'SELL', ticks: 100, lots: 1, owner: 0 });
  for (const id of ['c', 'a', 'e']) market.cancel(id);
  market.submit({ id: 'f', side: 'SELL', ticks: 100, lots: 1, owner: 0 });
  market.submit({ id: 'taker', side: 'BUY', ticks: 100, lots: 3, owner: 0 });
  expect(market.fills.map(({ maker }) => maker)).toEqual(['b', 'd', 'f']);
  expect(market.depth('SELL')).toEqual([]);
});

it('a plan alone changes nothing', () => {
  const book = new MatchingBook();
  book.rest('SELL', 100, 5, 0);
  expect(book.plan('BUY', 100, 9, 0)).toBe(5);
  expect(book.plan('BUY', null, 4, 0)).toBe(4);
  expect(book.lotsOf(book.front('SELL', 100))).toBe(5);
});

interface Step {
  op: string;
  order?: string;
  cond?: string[];
  side?: 'bids' | 'asks';
  count?: number;
  bids?: { price: number; orders: number; qty: number }[];
  asks?: { price: number; orders: number; qty: number }[];
  fills?: { order: string; qty: number; cost: number }[];
}

interface Scenario {
  name: string;
  orders: Record<string, { side: 'buy' | 'sell'; price: number; qty: number }>;
  steps: Step[];
}

const fixture = new URL('./fixtures/liquibook-scenarios.json', import.meta.url);
const scenarios = (JSON.parse(readFileSync(fixture, 'utf8')) as { cases: Scenario[] }).cases;

it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('liquibook: %s', (_, scenario) => {
  const market = new Market();
  let blockStart = 0;
  for (const step of scenario.steps) {
    if (step.op === 'begin') blockStart = market.fills.length;
    if (step.op === 'add') {
      const { side, price, qty } = scenario.orders[step.order!]!;
      const immediate = step.cond?.includes('IOC') ?? false;
      const mine: Side = side === 'buy' ? 'BUY' : 'SELL';
      market.submit({ id: step.order!, side: mine, ticks: price, lots: qty, owner: 0, immediate });
    }
    if (step.op === 'expect_open_orders') {
      const orders = market
        .depth(step.side === 'bids' ? 'BUY' : 'SELL')
        .reduce((sum, level) => sum + level.orders, 0);
      expect(orders).toBe(step.count);
    }
    if (step.op === 'expect_depth') {
      expect(market.depth('BUY')).toEqual(step.bids);
      expect(market.depth('SELL')).toEqual(step.asks);
    }
    if (step.op === 'expect_fill_deltas') {
      const fills = market.fills.slice(blockStart);
      for (const expected of step.fills!) {
        const own = fills.filter(({ taker, maker }) => taker === expected.order || maker === expected.order);
        expect(own.reduce((sum, fill) => sum + fill.lots, 0)).toBe(expected.qty);
        expect(own.reduce((sum, fill) => sum + fill.lots * fill.ticks, 0)).toBe(expected.cost);
      }
    }
  }
});
