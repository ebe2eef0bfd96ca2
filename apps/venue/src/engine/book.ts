import type { LevelChange } from './events.js';
import type { Order, Side } from './order.js';

/** A place in a queue. `order` is null for the house's size. */
export interface BookEntry {
  readonly order: Order | null;
  readonly side: Side;
  lots: number;
  level: Level;
  previous: BookEntry | null;
  next: BookEntry | null;
}

export interface Level {
  readonly ticks: number;
  lots: number;
  houseLots: number;
  entries: number;
  /** Entries that hide some of their orders. */
  icebergs: number;
  head: BookEntry | null;
  tail: BookEntry | null;
}

/** Prices of one side, best last, so that taking the best level is a pop. */
interface Half {
  readonly levels: Map<number, Level>;
  readonly prices: number[];
  readonly touched: Set<number>;
}

/** Price-time priority for one symbol: a sorted array of prices a side, a queue a price. */
export class Book {
  readonly #bids: Half = { levels: new Map(), prices: [], touched: new Set() };
  readonly #asks: Half = { levels: new Map(), prices: [], touched: new Set() };

  best(side: Side): Level | null {
    const { prices, levels } = this.#half(side);
    return prices.length === 0 ? null : (levels.get(prices[prices.length - 1] as number) as Level);
  }

  level(side: Side, ticks: number): Level | null {
    return this.#half(side).levels.get(ticks) ?? null;
  }

  /** Joins the end of its price's queue. */
  append(side: Side, ticks: number, lots: number, order: Order | null): BookEntry {
    const half = this.#half(side);
    const level = half.levels.get(ticks) ?? this.#open(side, ticks);
    const entry: BookEntry = { order, side, lots, level, previous: level.tail, next: null };
    if (level.tail === null) level.head = entry;
    else level.tail.next = entry;
    level.tail = entry;
    level.entries += 1;
    level.lots += lots;
    if (order === null) level.houseLots += lots;
    if (order?.displayLots !== undefined) level.icebergs += 1;
    half.touched.add(ticks);
    return entry;
  }

  /** Takes `lots` off an entry, which keeps its place, or leaves when nothing is left. */
  reduce(entry: BookEntry, lots: number): void {
    const { level, side } = entry;
    if (lots <= 0 || lots > entry.lots) throw new RangeError(`cannot take ${lots} of ${entry.lots} lots`);
    entry.lots -= lots;
    level.lots -= lots;
    if (entry.order === null) level.houseLots -= lots;
    this.#half(side).touched.add(level.ticks);
    if (entry.lots === 0) this.#unlink(entry);
  }

  remove(entry: BookEntry): void {
    this.reduce(entry, entry.lots);
  }

  /** Best first. */
  *levels(side: Side): Generator<Level> {
    const { prices, levels } = this.#half(side);
    for (let index = prices.length - 1; index >= 0; index -= 1) {
      yield levels.get(prices[index] as number) as Level;
    }
  }

  /** Best first, `[ticks, lots]`. */
  depth(side: Side, limit = Infinity): LevelChange[] {
    const { prices, levels } = this.#half(side);
    const wanted = Math.min(limit, prices.length);
    const rows: LevelChange[] = [];
    for (let index = prices.length - 1; rows.length < wanted; index -= 1) {
      const ticks = prices[index] as number;
      rows.push([ticks, (levels.get(ticks) as Level).lots]);
    }
    return rows;
  }

  /** The levels that changed since the last call, with their sizes now, best first. */
  takeChanges(side: Side): LevelChange[] {
    const { touched, levels } = this.#half(side);
    if (touched.size === 0) return [];
    const direction = side === 'BUY' ? -1 : 1;
    const rows = [...touched]
      .sort((a, b) => direction * (a - b))
      .map((ticks): LevelChange => [ticks, levels.get(ticks)?.lots ?? 0]);
    touched.clear();
    return rows;
  }

  #half(side: Side): Half {
    return side === 'BUY' ? this.#bids : this.#asks;
  }

  #open(side: Side, ticks: number): Level {
    const { levels, prices } = this.#half(side);
    const level: Level = { ticks, lots: 0, houseLots: 0, entries: 0, icebergs: 0, head: null, tail: null };
    levels.set(ticks, level);
    prices.splice(placeOf(prices, ticks, side), 0, ticks);
    return level;
  }

  #unlink(entry: BookEntry): void {
    const { level, side, previous, next } = entry;
    if (previous === null) level.head = next;
    else previous.next = next;
    if (next === null) level.tail = previous;
    else next.previous = previous;
    level.entries -= 1;
    if (entry.order?.displayLots !== undefined) level.icebergs -= 1;
    if (level.entries > 0) return;
    const { levels, prices } = this.#half(side);
    levels.delete(level.ticks);
    prices.splice(placeOf(prices, level.ticks, side), 1);
  }
}

/** Where `ticks` stands, or belongs, in prices that run from worst to best. */
function placeOf(prices: readonly number[], ticks: number, side: Side): number {
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const price = prices[middle] as number;
    const isWorse = side === 'BUY' ? price < ticks : price > ticks;
    if (isWorse) low = middle + 1;
    else high = middle;
  }
  return low;
}
