import type { VenueClock } from '../engine/clock.js';

const BEAT_MS = 25;

/**
 * Drives everything that goes on by itself: prices, paced streams, pings. It tells how much time passed, which a clock
 * that is set forward or back does not change; while the clock stands still, so does everything until it is advanced.
 */
export class Pulse {
  private readonly listeners: ((elapsedMs: number) => void)[] = [];
  private lastNow = 0;
  private lastOffsetMs = 0;
  private wasFrozen = false;
  private isStopped = false;

  constructor(private readonly clock: VenueClock) {}

  onBeat(listener: (elapsedMs: number) => void): void {
    this.listeners.push(listener);
  }

  start(): void {
    this.elapsed();
    this.schedule();
  }

  stop(): void {
    this.isStopped = true;
  }

  private schedule(): void {
    this.clock.after(BEAT_MS, () => {
      if (this.isStopped) return;
      const elapsedMs = this.elapsed();
      if (elapsedMs > 0) for (const listener of this.listeners) listener(elapsedMs);
      this.schedule();
    });
  }

  private elapsed(): number {
    const now = this.clock.now();
    const { offsetMs, frozenAt } = this.clock.setting();
    const isFrozen = frozenAt !== null;
    const leapMs = isFrozen ? 0 : offsetMs - this.lastOffsetMs;
    const elapsedMs = isFrozen === this.wasFrozen ? now - this.lastNow - leapMs : 0;
    this.lastNow = now;
    this.lastOffsetMs = offsetMs;
    this.wasFrozen = isFrozen;
    return Math.max(0, elapsedMs);
  }
}
