import type { Side } from '@sextant/kernel';
import type { DisplayedLiquidity } from './displayed-liquidity.js';
import { NO_TICKS } from './market-view.js';
import { OrderPool } from './order-pool.js';
import { NO_SLOT, RestingSide } from './resting-side.js';

/** The maker of a fill is the real market, not an order of this book. */
export const MARKET = NO_SLOT;

/** No limit: a market order takes any price. */
export const ANY_PRICE = null;

/** Told of each fill in order: the maker's slot (or MARKET), the price in ticks, the lots. */
export type FillSink = (maker: number, ticks: number, lots: number) => void;

/**
 * Price-time priority over resting orders and, where there is one, the displayed real market. Integers only.
 *
 * An order is matched in two steps: `plan` walks what it would meet and touches nothing, so that all-or-none,
 * post-only, cost and balance are judged on the very fills that `execute` then makes. A fill has the resting
 * order's price. Prevention of self-trades cancels the newest: the plan ends before an order of the same owner.
 */
export class MatchingBook {
  private readonly pool = new OrderPool();
  private readonly bids = new RestingSide(1);
  private readonly asks = new RestingSide(-1);
  private readonly plannedMakers: number[] = [];
  private readonly plannedTicks: number[] = [];
  private readonly plannedLots: number[] = [];
  private steps = 0;
  private restingSide: Side = 'SELL';
  private resting = 0;
  /** The last plan ended before an order of the same owner. */
  selfTrade = false;

  constructor(private readonly market: DisplayedLiquidity | null = null) {}

  /** How many orders rest. */
  get size(): number {
    return this.resting;
  }

  /**
   * Walks what an order of `lots` would trade with, best price first.
   * `owner` 0 has no self-trade prevention. @returns the lots that it would fill.
   */
  plan(side: Side, limitTicks: number | null, lots: number, owner: number): number {
    this.restingSide = side === 'BUY' ? 'SELL' : 'BUY';
    this.steps = 0;
    this.selfTrade = false;
    const own = this.side(this.restingSide);
    const market = this.market;
    let rest = lots;
    let ownTicks = own.bestTicks();
    let shownTicks = market === null ? NO_TICKS : market.bestTicks(this.restingSide);
    while (rest > 0 && !this.selfTrade) {
      const ticks = better(ownTicks, shownTicks, own.better);
      if (ticks === NO_TICKS || (limitTicks !== null && (ticks - limitTicks) * own.better < 0)) break;
      const shown = shownTicks === ticks && market !== null ? market.lotsAt(this.restingSide, ticks) : 0;
      rest = this.planLevel(ownTicks === ticks ? own.head(ticks) : NO_SLOT, ticks, shown, rest, owner);
      if (ownTicks === ticks) ownTicks = own.next(ticks);
      if (shownTicks === ticks && market !== null) shownTicks = market.nextTicks(this.restingSide, ticks);
    }
    return lots - rest;
  }

  /** Prices and lots of the last plan, in order. */
  eachPlanned(visit: (ticks: number, lots: number) => void): void {
    for (let step = 0; step < this.steps; step += 1)
      visit(this.plannedTicks[step] as number, this.plannedLots[step] as number);
  }

  /** Makes the fills of the last plan. Nothing may have changed the book since. */
  execute(fill: FillSink): void {
    const steps = this.steps;
    this.steps = 0;
    for (let step = 0; step < steps; step += 1) {
      const maker = this.plannedMakers[step] as number;
      const ticks = this.plannedTicks[step] as number;
      const lots = this.plannedLots[step] as number;
      if (maker === MARKET) this.takeDisplayed(ticks, lots);
      fill(maker, ticks, lots);
      if (maker !== MARKET) this.reduce(maker, lots);
    }
  }

  /** Puts an order at the end of its price's queue. @returns its slot, valid until the order is filled or removed. */
  rest(side: Side, ticks: number, lots: number, owner: number, ahead = 0): number {
    const { pool } = this;
    const queues = this.side(side);
    const level = queues.open(ticks);
    const slot = pool.add(side, level, lots, owner, ahead);
    const before = queues.tail(level);
    queues.setTail(level, slot);
    if (before === NO_SLOT) queues.setHead(level, slot);
    else {
      pool.setNext(before, slot);
      pool.setPrevious(slot, before);
    }
    this.resting += 1;
    return slot;
  }

  /** Takes filled lots off an order; a filled one leaves. */
  reduce(slot: number, lots: number): void {
    const left = this.pool.lots(slot) - lots;
    if (left > 0) this.pool.setLots(slot, left);
    else this.remove(slot);
  }

  remove(slot: number): void {
    const { pool } = this;
    const before = pool.previous(slot);
    const after = pool.next(slot);
    const level = pool.level(slot);
    const queues = pool.isBid(slot) ? this.bids : this.asks;
    if (before !== NO_SLOT) pool.setNext(before, after);
    else queues.setHead(level, after);
    if (after !== NO_SLOT) pool.setPrevious(after, before);
    else queues.setTail(level, before);
    if (before === NO_SLOT && after === NO_SLOT) queues.close(level);
    pool.release(slot);
    this.resting -= 1;
  }

  lotsOf(slot: number): number {
    return this.pool.lots(slot);
  }

  bestTicks(side: Side): number {
    return this.side(side).bestTicks();
  }

  /** The best price resting on `side`, ours or displayed. */
  bestMet(side: Side): number {
    const own = this.side(side);
    return better(own.bestTicks(), this.market?.bestTicks(side) ?? NO_TICKS, own.better);
  }

  nextTicks(side: Side, ticks: number): number {
    return this.side(side).next(ticks);
  }

  /** The first of a price's queue, or MARKET when nobody of ours rests there. */
  front(side: Side, ticks: number): number {
    return this.side(side).head(ticks);
  }

  /** Who stands behind `slot` at its price. */
  behind(slot: number): number {
    return this.pool.next(slot);
  }

  aheadOf(slot: number): number {
    return this.pool.ahead(slot);
  }

  setAhead(slot: number, lots: number): void {
    this.pool.setAhead(slot, lots);
  }

  private side(side: Side): RestingSide {
    return side === 'BUY' ? this.bids : this.asks;
  }

  /** One price: the queue in order of time, displayed lots where they stand in it, the rest of them last. */
  private planLevel(head: number, ticks: number, shown: number, lots: number, owner: number): number {
    let rest = lots;
    let left = shown;
    for (let slot = head; slot !== NO_SLOT && rest > 0; slot = this.pool.next(slot)) {
      const ahead = Math.min(rest, left, this.pool.ahead(slot) - (shown - left));
      if (ahead > 0) {
        this.step(MARKET, ticks, ahead);
        left -= ahead;
        rest -= ahead;
      }
      if (rest === 0) return 0;
      if (owner !== 0 && this.pool.owner(slot) === owner) {
        this.selfTrade = true;
        return rest;
      }
      const size = Math.min(rest, this.pool.lots(slot));
      this.step(slot, ticks, size);
      rest -= size;
    }
    const last = Math.min(rest, left);
    if (last > 0) this.step(MARKET, ticks, last);
    return rest - last;
  }

  private step(maker: number, ticks: number, lots: number): void {
    this.plannedMakers[this.steps] = maker;
    this.plannedTicks[this.steps] = ticks;
    this.plannedLots[this.steps] = lots;
    this.steps += 1;
  }

  private takeDisplayed(ticks: number, lots: number): void {
    this.market?.take(this.restingSide, ticks, lots);
    for (let slot = this.front(this.restingSide, ticks); slot !== NO_SLOT; slot = this.behind(slot)) {
      this.setAhead(slot, Math.max(0, this.aheadOf(slot) - lots));
    }
  }
}

/** The better of two prices for the taker; `restingBetter` is +1 when resting orders are bids. */
function better(one: number, other: number, restingBetter: 1 | -1): number {
  if (one === NO_TICKS) return other;
  if (other === NO_TICKS) return one;
  return (one - other) * restingBetter > 0 ? one : other;
}
