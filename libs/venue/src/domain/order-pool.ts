import type { Side } from '@sextant/kernel';
import { NO_SLOT } from './resting-side.js';

/** A record is 32 bytes, half a cache line, seen as 8 Int32 or 4 Float64. */
const INTS = 8;
const FLOATS = 4;
const FIRST_CAPACITY = 16;

/** Int32 places of a record. */
const NEXT = 0;
const PREVIOUS = 1;
const OWNER = 2;
/** Twice the level, and 1 for a bid. */
const PLACE = 3;
/** Float64 places of a record, behind the integers. */
const LOTS = 2;
const AHEAD = 3;

/** Resting orders as records in one block of memory; a slot is reused after its order left. Slot 0 is nobody. */
export class OrderPool {
  private ints = new Int32Array(FIRST_CAPACITY * INTS);
  private floats = new Float64Array(this.ints.buffer);
  private free = NO_SLOT;
  private used = 1;

  add(side: Side, level: number, lots: number, owner: number, ahead: number): number {
    const slot = this.free === NO_SLOT ? this.fresh() : this.reused();
    const int = slot * INTS;
    this.ints[int + NEXT] = NO_SLOT;
    this.ints[int + PREVIOUS] = NO_SLOT;
    this.ints[int + OWNER] = owner;
    this.ints[int + PLACE] = 2 * level + (side === 'BUY' ? 1 : 0);
    const float = slot * FLOATS;
    this.floats[float + LOTS] = lots;
    this.floats[float + AHEAD] = ahead;
    return slot;
  }

  isBid(slot: number): boolean {
    return ((this.ints[slot * INTS + PLACE] as number) & 1) === 1;
  }

  owner(slot: number): number {
    return this.ints[slot * INTS + OWNER] as number;
  }

  /** Which level of its side the order rests at. */
  level(slot: number): number {
    return (this.ints[slot * INTS + PLACE] as number) >> 1;
  }

  lots(slot: number): number {
    return this.floats[slot * FLOATS + LOTS] as number;
  }

  setLots(slot: number, lots: number): void {
    this.floats[slot * FLOATS + LOTS] = lots;
  }

  /** Displayed lots of others that stand before the order at its price. */
  ahead(slot: number): number {
    return this.floats[slot * FLOATS + AHEAD] as number;
  }

  setAhead(slot: number, lots: number): void {
    this.floats[slot * FLOATS + AHEAD] = lots;
  }

  next(slot: number): number {
    return this.ints[slot * INTS + NEXT] as number;
  }

  previous(slot: number): number {
    return this.ints[slot * INTS + PREVIOUS] as number;
  }

  setNext(slot: number, next: number): void {
    this.ints[slot * INTS + NEXT] = next;
  }

  setPrevious(slot: number, previous: number): void {
    this.ints[slot * INTS + PREVIOUS] = previous;
  }

  release(slot: number): void {
    this.setNext(slot, this.free);
    this.free = slot;
  }

  private reused(): number {
    const slot = this.free;
    this.free = this.next(slot);
    return slot;
  }

  private fresh(): number {
    if ((this.used + 1) * INTS > this.ints.length) {
      const larger = new Int32Array(this.ints.length * 2);
      larger.set(this.ints);
      this.ints = larger;
      this.floats = new Float64Array(larger.buffer);
    }
    this.used += 1;
    return this.used - 1;
  }
}
