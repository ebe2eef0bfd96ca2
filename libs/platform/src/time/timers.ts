/** Takes the timer back. Calling it twice, or after it fired, does nothing. */
export type Cancel = () => void;

/** Delayed and repeated work. A timer never keeps the process alive. */
export abstract class Timers {
  /** Runs once, `delayMs` from now. A rejection is a bug and ends the process. */
  abstract setTimer(delayMs: number, run: () => void | Promise<void>): Cancel;

  /**
   * Runs every `intervalMs`, for the first time after one interval. A run never overlaps itself: the next
   * interval begins when the promise of the last run is settled.
   */
  every(intervalMs: number, run: () => void | Promise<void>): Cancel {
    let cancelled = false;
    let cancelNext: Cancel = () => undefined;
    const arm = (): void => {
      cancelNext = this.setTimer(intervalMs, async () => {
        await run();
        if (!cancelled) arm();
      });
    };
    arm();
    return () => {
      cancelled = true;
      cancelNext();
    };
  }

  /** Resolves after `delayMs`; for waiting inside a running operation. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.setTimer(delayMs, resolve);
    });
  }
}
