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
  /** What each step showed, beside what the scenario says. */
  readonly shown: unknown[] = [];
  readonly wanted: unknown[] = [];

  constructor(private readonly scenario: Case) {
    this.floor = new TradingFloor(...Object.keys(scenario.orders));
  }

  play(step: Step): void {
    if (step.op === 'add') this.add(step);
    if (step.op === 'expect_depth') this.expectDepth(step);
    if (step.op === 'expect_open_orders') {
      this.compare(this.open(step.side!).length, step.count);
    }
    if (step.op === 'expect_fill_deltas') this.expectFills(step);
    if (step.op === 'expect_front') {
      const level = this.floor.engine.state(ROUND.symbol).book.best(sideOf(step.side!));
      this.compare(level?.head?.order?.accountId, step.order);
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
    this.compare([order.filledLots > 0, order.filledLots === qty], [expect_match, expect_complete]);
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
      this.compare(levels, wanted);
    }
  }

  /** Orders are on accounts of their own, so that what an order gained is all that it ever gained. */
  private expectFills({ fills = [] }: Step): void {
    for (const { order, qty, cost } of fills) {
      const { filledLots, filledQuote } = this.placed.get(order)!;
      this.compare([order, filledLots, Number(filledQuote / 100_000_000n)], [order, qty, cost]);
    }
  }

  private compare(shown: unknown, wanted: unknown): void {
    this.shown.push(shown);
    this.wanted.push(wanted);
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
    expect(playback.shown).toEqual(playback.wanted);
    expect(playback.shown.length).toBeGreaterThan(8);
  });

  it('are three', () => {
    expect(cases).toHaveLength(3);
  });
});
