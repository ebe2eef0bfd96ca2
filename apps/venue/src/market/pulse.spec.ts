import { VenueClock } from '../engine/clock.js';
import { Pulse } from './pulse.js';

const NOON = Date.UTC(2026, 5, 1, 12);

describe('the pulse', () => {
  const clock = new VenueClock();
  const beats: number[] = [];

  const started = () => {
    const pulse = new Pulse(clock);
    pulse.onBeat((elapsedMs) => beats.push(elapsedMs));
    pulse.start();
    return pulse;
  };

  beforeEach(() => {
    clock.set({ frozenAt: NOON, offsetMs: 0 });
    beats.length = 0;
  });

  afterEach(() => clock.stop());

  it('beats with frozen time only as far as that is advanced', () => {
    started();
    clock.advance(25);
    clock.advance(10);
    clock.advance(15);
    expect(beats).toEqual([25, 25]);
  });

  it('does not take a change of the clock for time that passed', async () => {
    clock.set({ frozenAt: null });
    started();
    clock.set({ offsetMs: 3_600_000 });
    await new Promise((resolve) => setTimeout(resolve, 80));
    clock.set({ offsetMs: -3_600_000 });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(beats.length).toBeGreaterThan(2);
    expect(Math.max(...beats)).toBeLessThan(1000);
    expect(Math.min(...beats)).toBeGreaterThanOrEqual(0);
  });

  it('goes on when a clock that stood in the future runs again', async () => {
    clock.set({ frozenAt: Date.now() + 3_600_000 });
    started();
    clock.set({ frozenAt: null });
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(beats.length).toBeGreaterThan(1);
  });

  it('is silent once it was stopped', () => {
    started().stop();
    clock.advance(1000);
    expect(beats).toEqual([]);
  });
});
