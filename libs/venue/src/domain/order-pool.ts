import type { Side } from '@sextant/kernel';
import { NO_SLOT } from './resting-side.js';

/** Resting orders as a struct of arrays; a slot is reused after its order left. Slot 0 is nobody. */
export class OrderPool {
  ticks = new Float64Array(64);
  lots = new Float64Array(64);
  /** Displayed lots of others that stand before the order at its price. */
  ahead = new Float64Array(64);
  owners = new Int32Array(64);
  next = new Int32Array(64);
  previous = new Int32Array(64);
  private sides = new Uint8Array(64);
  private free = NO_SLOT;
  private used = 1;

  add(side: Side, ticks: number, lots: number, owner: number, ahead: number): number {
    const slot = this.free === NO_SLOT ? this.fresh() : this.reused();
    this.sides[slot] = side === 'BUY' ? 0 : 1;
    this.ticks[slot] = ticks;
    this.lots[slot] = lots;
    this.owners[slot] = owner;
    this.ahead[slot] = ahead;
    this.next[slot] = NO_SLOT;
    this.previous[slot] = NO_SLOT;
    return slot;
  }

  side(slot: number): Side {
    return this.sides[slot] === 0 ? 'BUY' : 'SELL';
  }

  release(slot: number): void {
    this.next[slot] = this.free;
    this.free = slot;
  }

  private reused(): number {
    const slot = this.free;
    this.free = this.next[slot] as number;
    return slot;
  }

  private fresh(): number {
    if (this.used === this.ticks.length) this.grow();
    const slot = this.used;
    this.used += 1;
    return slot;
  }

  private grow(): void {
    const size = this.ticks.length * 2;
    this.ticks = grown(this.ticks, new Float64Array(size));
    this.lots = grown(this.lots, new Float64Array(size));
    this.ahead = grown(this.ahead, new Float64Array(size));
    this.owners = grown(this.owners, new Int32Array(size));
    this.next = grown(this.next, new Int32Array(size));
    this.previous = grown(this.previous, new Int32Array(size));
    this.sides = grown(this.sides, new Uint8Array(size));
  }
}

function grown<A extends Float64Array | Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
