import type { BookChange, DepthSnapshot, DepthUpdate, LevelPairs, Tick } from './market-events.js';
import { PriceLevels } from './price-levels.js';

/** Updates kept while a snapshot is awaited; older ones are dropped, and the next snapshot is newer than they are. */
const BUFFERED_UPDATES = 1_000;

/**
 * The displayed book of one market, in sequence or not used at all.
 *
 * The rule is Binance spot's: updates that end at or before the book are dropped; the first one after a snapshot may
 * overlap it (`firstId ≤ sequence + 1 ≤ lastId`), each further one must start at `sequence + 1`. After a gap nothing
 * is applied until a snapshot comes; what arrives meanwhile is kept and applied on top of it.
 */
export class OrderBook {
  readonly bids = new PriceLevels(1);
  readonly asks = new PriceLevels(-1);
  private synced = false;
  private lastId = 0;
  private overlapAllowed = false;
  private waiting: DepthUpdate[] = [];
  private lastTick: Tick | null = null;

  constructor(readonly symbol: string) {}

  /** The last update that the book contains. */
  get sequence(): number {
    return this.lastId;
  }

  get inSequence(): boolean {
    return this.synced;
  }

  /** True when the best bid is at or above the best ask: no price of it is to be believed. */
  get crossed(): boolean {
    const bid = this.bids.bestTicks();
    const ask = this.asks.bestTicks();
    return bid !== 0 && ask !== 0 && bid >= ask;
  }

  /** @returns what changed, or null when the snapshot is older than the book. */
  applySnapshot(snapshot: DepthSnapshot): BookChange | null {
    if (this.synced && snapshot.sequence < this.lastId) return null;
    this.bids.clear();
    this.asks.clear();
    setLevels(this.bids, snapshot.bids);
    setLevels(this.asks, snapshot.asks);
    this.lastId = snapshot.sequence;
    this.synced = true;
    this.overlapAllowed = true;
    this.lastTick = null;
    const waiting = this.waiting;
    this.waiting = [];
    for (const update of waiting) this.applyUpdate(update);
    return this.synced ? { symbol: this.symbol, whole: true, bids: [], asks: [] } : null;
  }

  /**
   * A whole book of a stream that sends nothing but whole ones; `snapshot` best first. One that is older than the book
   * is left out.
   * @returns what differs from the book before, or null when nothing was taken over
   */
  replace(snapshot: DepthSnapshot): BookChange | null {
    if (this.synced && snapshot.sequence < this.lastId) return null;
    const whole = !this.synced;
    const bids = this.bids.replace(snapshot.bids);
    const asks = this.asks.replace(snapshot.asks);
    this.lastId = snapshot.sequence;
    this.synced = true;
    this.overlapAllowed = false;
    this.lastTick = null;
    return { symbol: this.symbol, whole, bids: whole ? [] : bids, asks: whole ? [] : asks };
  }

  applyUpdate(update: DepthUpdate): 'APPLIED' | 'OLD' | 'GAP' | 'WAITING' {
    if (!this.synced) {
      this.keep(update);
      return 'WAITING';
    }
    if (update.lastId <= this.lastId) return 'OLD';
    const expected = this.lastId + 1;
    if (this.overlapAllowed ? update.firstId > expected : update.firstId !== expected) {
      this.loseSequence();
      this.keep(update);
      return 'GAP';
    }
    setLevels(this.bids, update.bids);
    setLevels(this.asks, update.asks);
    this.lastId = update.lastId;
    this.overlapAllowed = false;
    const tick = this.lastTick;
    if (tick !== null && tick.updateId > this.lastId) this.putTick(tick);
    return 'APPLIED';
  }

  /** Best bid and ask run ahead of the depth updates. @returns what changed, or null when nothing did. */
  applyTick(tick: Tick): BookChange | null {
    if (!this.synced || tick.updateId <= this.lastId) return null;
    if (this.lastTick !== null && tick.updateId <= this.lastTick.updateId) return null;
    this.lastTick = tick;
    return this.putTick(tick);
  }

  /** Nothing of the book counts any more until the next snapshot. */
  loseSequence(): void {
    this.synced = false;
    this.lastTick = null;
    this.waiting = [];
  }

  private putTick(tick: Tick): BookChange | null {
    const bids = putBest(this.bids, tick.bidTicks, tick.bidLots, 1);
    const asks = putBest(this.asks, tick.askTicks, tick.askLots, -1);
    return bids.length + asks.length === 0 ? null : { symbol: this.symbol, whole: false, bids, asks };
  }

  private keep(update: DepthUpdate): void {
    if (this.waiting.length === BUFFERED_UPDATES) this.waiting.shift();
    this.waiting.push(update);
  }
}

function setLevels(levels: PriceLevels, pairs: LevelPairs): void {
  for (let at = 0; at < pairs.length; at += 2) levels.set(pairs[at] as number, pairs[at + 1] as number);
}

/** Makes a level the best: everything better goes. @returns the changes as pairs. */
function putBest(levels: PriceLevels, ticks: number, lots: number, better: 1 | -1): number[] {
  const changes: number[] = [];
  for (let best = levels.bestTicks(); best !== 0 && (best - ticks) * better > 0; best = levels.bestTicks()) {
    levels.set(best, 0);
    changes.push(best, 0);
  }
  if (levels.lotsAt(ticks) !== lots) {
    levels.set(ticks, lots);
    changes.push(ticks, lots);
  }
  return changes;
}
