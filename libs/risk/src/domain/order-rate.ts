const WINDOW_MS = 1_000;

/** Counts what happened in the last second, exactly, without a timer. */
export class OrderRate {
  private readonly times: number[] = [];
  private head = 0;

  /** How many in the second before `nowMs` (monotonic). */
  count(nowMs: number): number {
    while (this.head < this.times.length && nowMs - this.times[this.head]! >= WINDOW_MS) this.head += 1;
    if (this.head > 1024 && this.head * 2 > this.times.length) {
      this.times.splice(0, this.head);
      this.head = 0;
    }
    return this.times.length - this.head;
  }

  record(nowMs: number): void {
    this.times.push(nowMs);
  }
}
