import { ManualClock } from './manual-clock.js';
import { ManualTimers } from './manual-timers.js';
import { SystemClock } from './system-clock.js';
import { SystemTimers } from './system-timers.js';

describe('manual timers', () => {
  it('fire in order of time, each at its own time, and not before', async () => {
    const clock = new ManualClock(1_000);
    const timers = new ManualTimers(clock);
    const fired: string[] = [];
    timers.setTimer(20, () => void fired.push(`b at ${clock.now()}`));
    timers.setTimer(10, () => void fired.push(`a at ${clock.now()}`));
    timers.setTimer(31, () => void fired.push('too late'));
    const cancel = timers.setTimer(15, () => void fired.push('cancelled'));
    cancel();
    await timers.advance(30);
    expect(fired).toEqual(['a at 1010', 'b at 1020']);
    expect([clock.now(), clock.monotonicMs(), timers.armed]).toEqual([1_030, 30, 1]);
  });

  it('`every` goes on until it is cancelled, also from inside, and never overlaps itself', async () => {
    const clock = new ManualClock();
    const timers = new ManualTimers(clock);
    let runs = 0;
    const cancel = timers.every(10, async () => {
      runs += 1;
      await Promise.resolve();
      if (runs === 3) cancel();
    });
    await timers.advance(100);
    expect([runs, timers.armed]).toEqual([3, 0]);
  });
});

describe('system timers', () => {
  const timers = new SystemTimers();

  it('fire after the delay, not after a cancel', async () => {
    const clock = new SystemClock();
    const begunMs = clock.monotonicMs();
    let cancelled = false;
    timers.setTimer(1, () => {
      cancelled = true;
    })();
    await new Promise<void>((resolve) => {
      const keepAlive = setTimeout(() => undefined, 1_000);
      timers.setTimer(20, () => {
        clearTimeout(keepAlive);
        resolve();
      });
    });
    expect(clock.monotonicMs() - begunMs).toBeGreaterThanOrEqual(19);
    expect(cancelled).toBe(false);
  });
});
