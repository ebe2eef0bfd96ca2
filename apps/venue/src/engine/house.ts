import type { BookEntry, Level } from './book.js';
import type { MarketState } from './matching.js';
import { crosses } from './matching.js';
import type { Side } from './order.js';
import { opposite } from './order.js';
import type { Trading } from './trading.js';

interface Parts {
  readonly state: (symbol: string) => MarketState;
  readonly operate: (run: () => void) => void;
  readonly trading: Trading;
  readonly now: () => number;
}

/** Everybody in the market who is not an account of this venue; has unlimited funds and is driven by a market source. */
export class House {
  constructor(private readonly parts: Parts) {}

  /**
   * Makes `lots` the house's size at a price. Growth joins the end of the queue, shrinkage leaves from its end. A price
   * beyond the other side's best takes what accounts rest there; house size there goes, as the market has moved on.
   */
  setLevel(symbol: string, side: Side, ticks: number, lots: number): void {
    this.parts.operate(() => {
      const state = this.parts.state(symbol);
      const left = lots > 0 ? this.#sweep(state, side, ticks, lots) : 0;
      const now = state.book.level(side, ticks)?.houseLots ?? 0;
      if (left > now) state.book.append(side, ticks, left - now, null);
      if (left < now) withdraw(state, state.book.level(side, ticks) as Level, now - left);
    });
  }

  /** Many levels as one event of the book. */
  setLevels(symbol: string, levels: readonly (readonly [side: Side, ticks: number, lots: number])[]): void {
    this.parts.operate(() => {
      for (const [side, ticks, lots] of levels) this.setLevel(symbol, side, ticks, lots);
    });
  }

  /**
   * The house takes up to `lots` at `ticks` or better, in price-time order, from accounts and from itself; what the
   * book does not have is printed at `ticks` all the same, so that a replayed tape stays complete.
   */
  trade(symbol: string, aggressor: Side, ticks: number, lots: number): void {
    this.parts.operate(() => {
      const state = this.parts.state(symbol);
      let left = lots;
      while (left > 0) {
        const level = state.book.best(opposite(aggressor));
        if (level === null || !crosses(aggressor, ticks, level.ticks)) break;
        const entry = level.head as BookEntry;
        const size = Math.min(entry.lots, left);
        left -= size;
        this.parts.trading.take(state, entry, aggressor, null, size, this.parts.now());
      }
      if (left > 0) this.parts.trading.printHouse(state.market, aggressor, ticks, left, this.parts.now());
    });
  }

  /** Takes all of the house's size out of a book. */
  clear(symbol: string): void {
    this.parts.operate(() => {
      const state = this.parts.state(symbol);
      for (const side of ['BUY', 'SELL'] as const) {
        for (const level of [...state.book.levels(side)]) withdraw(state, level, level.houseLots);
      }
    });
  }

  #sweep(state: MarketState, side: Side, ticks: number, lots: number): number {
    let left = lots;
    while (left > 0) {
      const level = state.book.best(opposite(side));
      if (level === null || !crosses(side, ticks, level.ticks)) break;
      const entry = level.head as BookEntry;
      if (entry.order === null) {
        state.book.remove(entry);
        continue;
      }
      const size = Math.min(entry.lots, left);
      left -= size;
      this.parts.trading.take(state, entry, side, null, size, this.parts.now());
    }
    return left;
  }
}

function withdraw(state: MarketState, level: Level, lots: number): void {
  let left = lots;
  for (let entry = level.tail; entry !== null && left > 0;) {
    const { previous } = entry;
    if (entry.order === null) {
      const size = Math.min(entry.lots, left);
      left -= size;
      state.book.reduce(entry, size);
    }
    entry = previous;
  }
}
