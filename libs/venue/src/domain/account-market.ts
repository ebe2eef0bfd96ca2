import type { Instrument, Side } from '@sextant/kernel';
import { DisplayedLiquidity } from './displayed-liquidity.js';
import type { DisplayedChange, MarketTrade, MarketView } from './market-view.js';
import { NO_TICKS } from './market-view.js';
import { MARKET, MatchingBook } from './matching-book.js';
import { opposite } from './placement-rules.js';

/** A place in the queue that is not known, after a start: behind all that is displayed. */
const LAST_IN_QUEUE = Infinity;
/** All orders of the book are the account's own. */
export const OWNER = 1;

/** A resting order that the market would fill, at its own price. */
export interface MakerMatch {
  slot: number;
  lots: number;
}

/** One account's side of one market: its resting orders, their places in the queue, the liquidity left for it. */
export class AccountMarket {
  readonly liquidity: DisplayedLiquidity;
  readonly book: MatchingBook;
  /** Slots by client order id, and back. */
  readonly slots = new Map<string, number>();
  readonly clientIds = new Map<number, string>();

  private unfollow: (() => void) | null = null;

  constructor(
    private readonly listed: () => Instrument,
    private readonly view: MarketView,
  ) {
    this.liquidity = new DisplayedLiquidity(view);
    this.book = new MatchingBook(this.liquidity);
  }

  /** Its rules as they are now. */
  get instrument(): Instrument {
    return this.listed();
  }

  /** An order of this account could be filled, or took something that an update gives back. */
  get concerned(): boolean {
    return this.book.size > 0 || this.liquidity.touched;
  }

  rest(clientOrderId: string, side: Side, ticks: number, lots: number): void {
    const slot = this.book.rest(side, ticks, lots, OWNER, LAST_IN_QUEUE);
    this.slots.set(clientOrderId, slot);
    this.clientIds.set(slot, clientOrderId);
    this.unfollow ??= this.view.follow?.() ?? null;
  }

  /** Nothing of this market is waited for any more. */
  letGo(): void {
    this.unfollow?.();
    this.unfollow = null;
  }

  /** Gives a fresh order its place behind what is displayed now. */
  joinQueue(clientOrderId: string, side: Side, ticks: number): void {
    const slot = this.slots.get(clientOrderId);
    if (slot !== undefined) this.book.setAhead(slot, this.liquidity.displayedLots(side, ticks));
  }

  reduce(clientOrderId: string, lots: number): void {
    const slot = this.slots.get(clientOrderId);
    if (slot === undefined) throw new Error(`order ${clientOrderId} does not rest`);
    if (this.book.lotsOf(slot) === lots) this.leave(clientOrderId);
    else this.book.reduce(slot, lots);
  }

  leave(clientOrderId: string): void {
    const slot = this.slots.get(clientOrderId);
    if (slot === undefined) throw new Error(`order ${clientOrderId} does not rest`);
    this.book.remove(slot);
    this.slots.delete(clientOrderId);
    this.clientIds.delete(slot);
    if (this.book.size === 0) this.letGo();
  }

  /** The book changed: levels are whole again, queues are at most as long as displayed, and a crossed order fills. */
  onChange(change: DisplayedChange): MakerMatch[] {
    this.liquidity.onChange(change);
    if (this.book.size === 0) return [];
    this.shortenQueues('BUY', change.whole ? null : change.bids);
    this.shortenQueues('SELL', change.whole ? null : change.asks);
    if (!this.liquidity.isOpen()) return [];
    return [...this.crossed('BUY'), ...this.crossed('SELL')];
  }

  /** A real order came and traded at `priceTicks`: it would have met ours that are better, and ours in the queue. */
  onTrade(trade: MarketTrade): MakerMatch[] {
    if (this.book.size === 0 || !this.liquidity.isOpen()) return [];
    const side = opposite(trade.aggressor);
    const better = side === 'BUY' ? 1 : -1;
    const matches: MakerMatch[] = [];
    let rest = trade.lots;
    let ticks = this.book.bestTicks(side);
    while (rest > 0 && ticks !== NO_TICKS && (ticks - trade.priceTicks) * better >= 0) {
      rest = this.tradeAtLevel(side, ticks, rest, ticks === trade.priceTicks, matches);
      ticks = this.book.nextTicks(side, ticks);
    }
    return matches;
  }

  private tradeAtLevel(
    side: Side,
    ticks: number,
    lots: number,
    queued: boolean,
    matches: MakerMatch[],
  ): number {
    let rest = lots;
    let passed = 0;
    for (let slot = this.book.front(side, ticks); slot !== MARKET; slot = this.book.behind(slot)) {
      if (queued) {
        const before = Math.min(rest, Math.max(0, this.book.aheadOf(slot) - passed));
        rest -= before;
        passed += before;
        this.book.setAhead(slot, Math.max(0, this.book.aheadOf(slot) - passed));
      }
      const fill = Math.min(rest, this.book.lotsOf(slot));
      if (fill > 0) matches.push({ slot, lots: fill });
      rest -= fill;
    }
    return rest;
  }

  private shortenQueues(side: Side, levels: readonly number[] | null): void {
    if (levels !== null) {
      for (let at = 0; at < levels.length; at += 2) {
        this.shortenQueue(side, levels[at] as number, levels[at + 1] as number);
      }
      return;
    }
    for (
      let ticks = this.book.bestTicks(side);
      ticks !== NO_TICKS;
      ticks = this.book.nextTicks(side, ticks)
    ) {
      this.shortenQueue(side, ticks, this.liquidity.displayedLots(side, ticks));
    }
  }

  private shortenQueue(side: Side, ticks: number, displayed: number): void {
    for (let slot = this.book.front(side, ticks); slot !== MARKET; slot = this.book.behind(slot)) {
      if (this.book.aheadOf(slot) > displayed) this.book.setAhead(slot, displayed);
    }
  }

  /** Own orders of `side` at or through the market's other side, each against what is displayed there. */
  private crossed(side: Side): MakerMatch[] {
    const other = opposite(side);
    const better = side === 'BUY' ? 1 : -1;
    const matches: MakerMatch[] = [];
    for (let own = this.book.bestTicks(side); own !== NO_TICKS; own = this.book.nextTicks(side, own)) {
      for (let slot = this.book.front(side, own); slot !== MARKET; slot = this.book.behind(slot)) {
        const wanted = this.book.lotsOf(slot);
        const lots = this.takeThrough(other, own, better, wanted);
        if (lots > 0) matches.push({ slot, lots });
        if (lots < wanted) return matches;
      }
    }
    return matches;
  }

  /** Takes up to `wanted` displayed lots that are priced at `limit` or better. */
  private takeThrough(side: Side, limit: number, better: 1 | -1, wanted: number): number {
    let rest = wanted;
    for (
      let shown = this.liquidity.bestTicks(side);
      rest > 0 && shown !== NO_TICKS && (limit - shown) * better >= 0;
      shown = this.liquidity.bestTicks(side)
    ) {
      const lots = Math.min(rest, this.liquidity.lotsAt(side, shown));
      this.liquidity.take(side, shown, lots);
      rest -= lots;
    }
    return wanted - rest;
  }
}
