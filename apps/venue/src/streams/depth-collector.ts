import type { BookChanged, LevelChange } from '../engine/events.js';

export interface DepthDelta {
  U: number;
  u: number;
  /** The previous delta's `u`. */
  previous: number;
  bids: LevelChange[];
  asks: LevelChange[];
  at: number;
}

/** Joins book changes into one delta a pause: the last size of each price, ids without a hole. */
export class DepthCollector {
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();
  private first = 0;
  private last = 0;
  private previous: number;
  private at = 0;

  /** @param lastUpdateId of the book now: the first delta begins behind it. */
  constructor(lastUpdateId: number) {
    this.previous = lastUpdateId;
  }

  add(change: BookChanged): void {
    if (this.first === 0) this.first = change.U;
    this.last = change.u;
    this.at = change.at;
    for (const [ticks, lots] of change.bids) this.bids.set(ticks, lots);
    for (const [ticks, lots] of change.asks) this.asks.set(ticks, lots);
  }

  /** What changed since the last call; null when nothing did. */
  take(): DepthDelta | null {
    if (this.first === 0) return null;
    const { first: U, last: u, previous, at } = this;
    const bids = [...this.bids].sort(([a], [b]) => b - a);
    const asks = [...this.asks].sort(([a], [b]) => a - b);
    this.bids.clear();
    this.asks.clear();
    this.first = 0;
    this.previous = u;
    return { U, u, previous, bids, asks, at };
  }
}
