export interface ClockSetting {
  /** Added to the machine's time. */
  readonly offsetMs?: number;
  /** Epoch milliseconds at which time stands still; null lets it run. */
  readonly frozenAt?: number | null;
}

interface Waiting {
  readonly at: number;
  readonly run: () => void;
}

/** The venue's own time: the machine's, moved by an offset, or standing still until it is advanced. */
export class VenueClock {
  #offsetMs = 0;
  #frozenAt: number | null = null;
  readonly #waiting = new Set<Waiting>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(setting: ClockSetting = {}) {
    this.set(setting);
  }

  /** Epoch milliseconds, whole. */
  now(): number {
    return this.#frozenAt ?? Date.now() + this.#offsetMs;
  }

  set({ offsetMs, frozenAt }: ClockSetting): void {
    if (offsetMs !== undefined) this.#offsetMs = Math.trunc(offsetMs);
    const stoodAt = this.#frozenAt;
    if (frozenAt !== undefined) this.#frozenAt = frozenAt === null ? null : Math.trunc(frozenAt);
    this.#runDue();
    if (stoodAt !== null && this.#frozenAt === null) this.#resume(stoodAt);
  }

  setting(): Required<ClockSetting> {
    return { offsetMs: this.#offsetMs, frozenAt: this.#frozenAt };
  }

  /** Moves time that stands still; what falls due on the way runs, in order. */
  advance(ms: number): void {
    if (this.#frozenAt === null) throw new RangeError('only a frozen clock is advanced by hand');
    this.#frozenAt += Math.trunc(ms);
    this.#runDue();
  }

  /** Runs `run` when venue time has moved on by `ms`. */
  after(ms: number, run: () => void): void {
    if (this.#frozenAt !== null) {
      this.#waiting.add({ at: this.#frozenAt + ms, run });
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.clear();
  }

  /** Time runs again, perhaps from an earlier moment: what still waits does so for as long as it had left. */
  #resume(stoodAt: number): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const { at, run } of waiting) this.after(at - stoodAt, run);
  }

  #runDue(): void {
    const now = this.now();
    const due = [...this.#waiting].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    for (const waiting of due) {
      this.#waiting.delete(waiting);
      waiting.run();
    }
  }
}
