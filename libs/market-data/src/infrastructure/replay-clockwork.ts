/** Recording times of one loop against the monotonic clock. */
export class ReplayClockwork {
  private startedMs = 0;
  private firstMs = 0;

  constructor(
    /** Recorded milliseconds that pass in one of ours. */
    private readonly speed: () => number,
    /** Lag past which time is given up instead of replayed in a burst: the machine slept, or stood still. */
    private readonly longestLagMs: number,
  ) {}

  /** A loop begins: the frame recorded at `firstMs` is due now. */
  start(firstMs: number, nowMs: number): void {
    this.firstMs = firstMs;
    this.startedMs = nowMs;
  }

  /** Milliseconds until a frame is due; 0 or less when it is. */
  waitMs(recordedMs: number, nowMs: number): number {
    const wait = this.startedMs + (recordedMs - this.firstMs) / this.speed() - nowMs;
    if (wait >= -this.longestLagMs) return wait;
    this.startedMs -= wait;
    return 0;
  }
}
