import type { TenantId } from '@sextant/kernel';
import { Config, ManualClock, ManualTimers } from '@sextant/platform';
import type { CommitPlan, Logger } from '@sextant/platform';
import type { EquityJournal } from './equity-journal.js';
import { EquityRecorder } from './equity-recorder.js';

const STEP = 900_000;
const MIDNIGHT = Date.UTC(2026, 9, 25); // the clocks of half of Europe go back on this day
const NOTHING: CommitPlan = { rows: [], events: [], ledger: [] };

function world(startsAt: number, lastAt: number | null = null, canComplete = false) {
  const clock = new ManualClock(startsAt);
  const timers = new ManualTimers(clock);
  const warnings: string[] = [];
  const logger = { warn: (message: string) => warnings.push(message) } as unknown as Logger;
  const recorder = new EquityRecorder(Config.fromValues(), clock, timers, logger);
  const follow = (name: string, asset = 'USDT', commit?: () => Promise<void>) => {
    const points: [string, string][] = [];
    let warmed = 0;
    const journal = {
      tenantId: 'ten_1' as TenantId,
      asset,
      lastAt,
      warm: () => (warmed += 1),
      canComplete: () => canComplete,
      point: (kind: string, at: number) => {
        points.push([kind, new Date(at).toISOString().slice(11)]);
        return NOTHING;
      },
    } as unknown as EquityJournal;
    const store = async (plan: (now: number) => CommitPlan) => void plan(clock.now());
    const leave = recorder.follow({ journal, commit: commit ?? store });
    return { name, points, leave, warmed: () => warmed };
  };
  return { clock, timers, recorder, follow, warnings };
}

describe('writing down the equity of the owned accounts', () => {
  it('has a point soon after the start and at every step of the day, in UTC', async () => {
    const { timers, recorder, follow } = world(MIDNIGHT - STEP - 60_000);
    const { points, warmed } = follow('A');
    await recorder.start();
    await timers.advance(STEP + 61_000);
    expect(points).toEqual([
      ['START', '23:44:05.000Z'],
      ['INTERVAL', '23:45:00.000Z'],
      ['DAY', '00:00:00.000Z'],
    ]);
    expect(warmed()).toBe(3);
    await timers.advance(4 * STEP);
    expect(points.slice(3).map(([kind]) => kind)).toEqual(['INTERVAL', 'INTERVAL', 'INTERVAL', 'HOUR']);
  });

  it('has 97 points from one midnight to the next, whatever clocks do elsewhere', async () => {
    const { timers, recorder, follow } = world(MIDNIGHT - 1, MIDNIGHT - 2);
    const { points } = follow('A');
    await recorder.start();
    await timers.advance(86_400_001);
    expect(points).toHaveLength(97);
    expect([points[0], points.at(-1)]).toEqual([
      ['DAY', '00:00:00.000Z'],
      ['DAY', '00:00:00.000Z'],
    ]);
  });

  it('invents none for the time that the process stood still', async () => {
    const { clock, timers, recorder, follow } = world(MIDNIGHT + 60_000, MIDNIGHT);
    const { points } = follow('A');
    await recorder.start();
    await timers.advance(6_000);
    clock.jumpTo(MIDNIGHT + 3 * 3_600_000 + 100_000);
    await timers.advance(60_000);
    expect(points).toEqual([['INTERVAL', '03:02:04.000Z']]);
  });

  it('does not stand for a moment that it is too late for', async () => {
    const { clock, timers, recorder, follow } = world(MIDNIGHT - 1_000, MIDNIGHT - STEP);
    const kinds: [string, number][] = [];
    recorder.follow({
      journal: {
        tenantId: 'ten_1',
        asset: 'USDT',
        lastAt: MIDNIGHT - STEP,
        warm: () => undefined,
        canComplete: () => false,
        point: (kind: string, at: number) => (kinds.push([kind, at]), NOTHING),
      } as unknown as EquityJournal,
      commit: async (plan) => void plan(clock.now() + 60_000), // the database was away for a minute
    });
    follow('B');
    await recorder.start();
    await timers.advance(1_000);
    expect(kinds).toEqual([['INTERVAL', MIDNIGHT + 60_000]]);
  });

  it('does not repeat itself after a take-over with a young history', async () => {
    const { timers, recorder, follow } = world(MIDNIGHT + 60_000, MIDNIGHT);
    const { points } = follow('A');
    await recorder.start();
    await timers.advance(60_000);
    expect(points).toEqual([]);
  });

  it('does not wait for the next step once a price that was missing is there', async () => {
    const { timers, recorder, follow } = world(MIDNIGHT + 60_000, MIDNIGHT, true);
    const { points } = follow('A');
    await recorder.start();
    await timers.advance(30_000);
    expect(points).toEqual([['START', '00:01:30.000Z']]);
  });

  it('values the others when one fails, and none that was given up', async () => {
    const { timers, recorder, follow, warnings } = world(MIDNIGHT - 60_000, MIDNIGHT - 120_000);
    follow('A', 'USDT', () => Promise.reject(new Error('given up')));
    const others = Array.from({ length: 250 }, (_, n) => follow(String(n)));
    others[7]!.leave();
    await recorder.start();
    await timers.advance(60_000);
    expect(others.map(({ points }) => points.length)).toEqual(others.map((_, n) => (n === 7 ? 0 : 1)));
    expect(warnings).toHaveLength(1);
  });

  it('tells equity in what is configured and in what the tenant reports in', () => {
    const { recorder, follow } = world(MIDNIGHT);
    const [euro, other] = [follow('A', 'EUR'), follow('B', 'EUR')];
    const assets = () => [...recorder.assetsOf('ten_1' as TenantId)];
    expect(assets()).toEqual(['USDT', 'BTC', 'EUR']);
    euro.leave();
    euro.leave();
    expect(assets()).toContain('EUR');
    other.leave();
    expect(assets()).toEqual(['USDT', 'BTC']);
  });
});
