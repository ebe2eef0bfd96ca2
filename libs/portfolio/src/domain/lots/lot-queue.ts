import { magnitude } from './lot.js';
import type { Lot, LotMethod } from './lot.js';

/** Lots of one asset and one sign, in the order in which they go. */
export interface LotQueue {
  readonly isEmpty: boolean;
  add(lot: Lot): void;
  /** The next to go; must not be empty. */
  next(): Lot;
  /** What is left of the next, which stays the next; null: nothing is. */
  replaceNext(rest: Lot | null): void;
  /** In no particular order. */
  all(): Lot[];
}

export function lotQueue(method: LotMethod): LotQueue {
  if (method === 'FIFO') return new OldestFirst();
  if (method === 'AVERAGE') return new Pool();
  return new LastOfOrder(method === 'LIFO' ? () => true : goesFirst);
}

/** A list with a head that moves: dropping costs nothing, however long it is. */
class OldestFirst implements LotQueue {
  private lots: Lot[] = [];
  private head = 0;

  get isEmpty(): boolean {
    return this.head === this.lots.length;
  }

  add(lot: Lot): void {
    this.lots.push(lot);
  }

  next(): Lot {
    return this.lots[this.head]!;
  }

  replaceNext(rest: Lot | null): void {
    if (rest !== null) {
      this.lots[this.head] = rest;
      return;
    }
    this.head += 1;
    if (this.head * 2 < this.lots.length) return;
    this.lots = this.lots.slice(this.head);
    this.head = 0;
  }

  all(): Lot[] {
    return this.lots.slice(this.head);
  }
}

/** Kept in order, the next to go at the end. */
class LastOfOrder implements LotQueue {
  private readonly lots: Lot[] = [];

  constructor(private readonly goesBefore: (lot: Lot, other: Lot) => boolean) {}

  get isEmpty(): boolean {
    return this.lots.length === 0;
  }

  add(lot: Lot): void {
    let [low, high] = [0, this.lots.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.goesBefore(lot, this.lots[middle]!)) low = middle + 1;
      else high = middle;
    }
    this.lots.splice(low, 0, lot);
  }

  next(): Lot {
    return this.lots.at(-1)!;
  }

  replaceNext(rest: Lot | null): void {
    this.lots.pop();
    if (rest !== null) this.lots.push(rest);
  }

  all(): Lot[] {
    return [...this.lots];
  }
}

/** One lot: what comes is poured into it. It is as old as the oldest in it, and unknown as soon as a part of it is. */
class Pool implements LotQueue {
  private pool: Lot | null = null;

  get isEmpty(): boolean {
    return this.pool === null;
  }

  add(lot: Lot): void {
    if (this.pool === null) {
      this.pool = lot;
      return;
    }
    const { valueUnits, signedUnits } = this.pool;
    this.pool = {
      ...this.pool,
      signedUnits: signedUnits + lot.signedUnits,
      valueUnits: valueUnits === null || lot.valueUnits === null ? null : valueUnits + lot.valueUnits,
    };
  }

  next(): Lot {
    return this.pool!;
  }

  replaceNext(rest: Lot | null): void {
    this.pool = rest;
  }

  all(): Lot[] {
    return this.pool === null ? [] : [this.pool];
  }
}

/**
 * HIFO: what makes the smallest gain goes first: held, the dearest; owed, what was sold cheapest. Of equals the older; what
 * has no known value comes last.
 */
function goesFirst(lot: Lot, other: Lot): boolean {
  if (lot.valueUnits === null || other.valueUnits === null) {
    return lot.valueUnits !== null && other.valueUnits === null;
  }
  const dearer =
    lot.valueUnits * magnitude(other.signedUnits) - other.valueUnits * magnitude(lot.signedUnits);
  return lot.signedUnits > 0n ? dearer > 0n : dearer < 0n;
}
