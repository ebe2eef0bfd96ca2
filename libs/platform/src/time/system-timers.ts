import { Timers } from './timers.js';
import type { Cancel } from './timers.js';

/** Node's timers. An async run that rejects becomes an unhandled rejection, which ends the process. */
export class SystemTimers extends Timers {
  setTimer(delayMs: number, run: () => void | Promise<void>): Cancel {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  }
}
