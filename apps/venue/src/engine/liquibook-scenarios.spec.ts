import { readFileSync } from 'node:fs';
import type { Order, Side } from './order.js';
import { isOpen } from './order.js';
import { ROUND, TradingFloor } from './trading-floor.contract.js';

interface Step {
  op: string;
  order?: string;
  side?: 'bids' | 'asks';
  count?: number;
  expect_match?: boolean;
  expect_complete?: boolean;
  cond?: string[];
  bids?: { price: number; orders: number; qty: number }[];
  asks?: { price: number; orders: number; qty: number }[];
  fills?: { order: string; qty: number; cost: number }[];
}

interface Case {
  name: string;
  orders: Record<string, { side: 'buy' | 'sell'; price: number; qty: number }>;
  steps: Step[];
}

const file = new URL('./fixtures/liquibook-scenarios.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

/** Plays one scenario, every order on an account of its own, and checks each expectation on the way. */
class Playback {
  private readonly floor: TradingFloor;
  private readonly placed = new Map<string, Order>();
  checked = 0;

  constructor(private readonly scenario: Case) {
    this.floor = new TradingFloor(...Object.keys(scenario.orders));
  }

  play(step: Step): void {
    if (step.op === 'add') this.add(step);
    if (step.op === 'expect_depth') this.expectDepth(step);
    if (step.op === 'expect_open_orders') {
      expect(this.open(step.side!)).toHaveLength(step.count!);
      this.checked += 1;
    }
    if (step.op === 'expect_fill_deltas') this.expectFills(step);
    if (step.op === 'expect_front') {
      const level = this.floor.engine.state(ROUND.symbol).book.best(sideOf(step.side!));
      expect(level?.head?.order).toBe(this.placed.get(step.order!));
      this.checked += 1;
    }
  }

  private add({ order: name, cond, expect_match, expect_complete }: Step): void {
    const { side, price, qty } = this.scenario.orders[name!]!;
    const timeInForce = cond?.includes('IOC') ? 'IOC' : 'GTC';
    const terms = {
      side: side === 'buy' ? ('BUY' as const) : ('SELL' as const),
      ticks: price,
      lots: qty,
      timeInForce,
    };
    const order = this.floor.place(name!, { ...terms, timeInForce: timeInForce as 'IOC' | 'GTC' });
    this.placed.set(name!, order);
    expect({ match: order.filledLots > 0, complete: order.filledLots === qty }).toEqual({
      match: expect_match,
      complete: expect_complete,
    });
    this.checked += 1;
  }

  private expectDepth({ bids = [], asks = [] }: Step): void {
    const { book } = this.floor.engine.state(ROUND.symbol);
    for (const [side, wanted] of [
      ['BUY', bids],
      ['SELL', asks],
    ] as const) {
      const levels = [...book.levels(side)].map(({ ticks, entries, lots }) => ({
        price: ticks,
        orders: entries,
        qty: lots,
      }));
      expect(levels).toEqual(wanted);
      this.checked += 1;
    }
  }

  /** Orders are on accounts of their own, so that what an order gained is all that it ever gained. */
  private expectFills({ fills = [] }: Step): void {
    for (const { order, qty, cost } of fills) {
      const { filledLots, filledQuote } = this.placed.get(order)!;
      expect({ order, qty: filledLots, cost: Number(filledQuote / 100_000_000n) }).toEqual({
        order,
        qty,
        cost,
      });
      this.checked += 1;
    }
  }

  private open(half: 'bids' | 'asks'): Order[] {
    return [...this.placed.values()].filter((order) => isOpen(order) && order.side === sideOf(half));
  }
}

function sideOf(half: 'bids' | 'asks'): Side {
  return half === 'bids' ? 'BUY' : 'SELL';
}

describe('published matching scenarios', () => {
  it.each(cases.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const playback = new Playback(scenario);
    for (const step of scenario.steps) playback.play(step);
    expect(playback.checked).toBeGreaterThan(8);
  });

  it('are three', () => {
    expect(cases).toHaveLength(3);
  });
});
