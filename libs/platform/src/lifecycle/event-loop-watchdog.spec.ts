import { Config } from '../config/config.js';
import { Logger } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { ManualClock, ManualTimers, SystemClock, SystemTimers } from '../time/index.js';
import { EventLoopWatchdog } from './event-loop-watchdog.js';

const config = Config.fromValues({ 'lifecycle.stallMs': 1_000 });

it('holds a stall against the process as long as a probe needs to see it', async () => {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const metrics = new Metrics();
  const watchdog = new EventLoopWatchdog(config, clock, timers, metrics, Logger.silent());
  await watchdog.start();
  await timers.advance(10_000);
  expect(watchdog.stalled).toBe(false);
  clock.advance(3_000); // the beat was due after 250 ms
  expect(watchdog.stalled).toBe(true);
  await timers.advance(250);
  expect(watchdog.health()).toMatchObject({ status: 'DOWN', facts: { longestStallMs: 2_750 } });
  await timers.advance(4_000);
  expect(watchdog.stalled).toBe(true);
  await timers.advance(1_500);
  expect(watchdog.health().status).toBe('UP');
  expect(await metrics.render()).toContain('event_loop_stalls_total 1');
});

it('sees a real loop that is blocked, already in the turn after the block', async () => {
  const fast = Config.fromValues({ 'lifecycle.stallMs': 100 });
  const watchdog = new EventLoopWatchdog(
    fast,
    new SystemClock(),
    new SystemTimers(),
    new Metrics(),
    Logger.silent(),
  );
  await watchdog.start();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
  expect(watchdog.stalled).toBe(true);
  await watchdog.stop();
});
