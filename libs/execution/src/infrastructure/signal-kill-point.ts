import { KillPoint } from '../application/kill-point.js';
import type { KillStep } from '../application/kill-point.js';

/** Ends the process the way a power cut does, when a step is reached for the n-th time. For fault tests only. */
export class SignalKillPoint extends KillPoint {
  private readonly step: string;
  private left: number;

  /** @param at `K7:2`: the second time K7 is reached. */
  constructor(at: string) {
    super();
    const [step = '', count = '1'] = at.split(':');
    this.step = step;
    this.left = Number(count);
  }

  reach(step: KillStep): void {
    if (step !== this.step) return;
    this.left -= 1;
    if (this.left === 0) process.kill(process.pid, 'SIGKILL');
  }
}
