import { faultKinds } from './chaos.js';
import { runSchedule } from './run-schedule.js';
import { drawSchedule } from './schedule.js';
import { shrink } from './shrink.js';
import { coverageTable, simulate } from './simulate.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const schedules = Number(process.env.SCHEDULES ?? 2_000);

describe('the order path under seeded faults', () => {
  it(`holds every invariant in ${schedules} schedules from seed ${seed}`, async () => {
    const { failure, hits } = await simulate(seed, schedules);
    expect(failure?.report).toBeUndefined();
    console.info(`${schedules} schedules from seed ${seed}:\n${coverageTable(hits)}`);
    // What never happened was not shown to do no harm.
    const wanted = [
      ...faultKinds,
      'halt',
      'trigger',
      'replaced',
      'amendedAtVenue',
      'batch',
      'legSent',
      'endedByTime',
    ];
    if (schedules >= 2_000) expect(wanted.filter((kind) => (hits.get(kind) ?? 0) < 10)).toEqual([]);
  }, 300_000);

  it('is the same history for the same seed, and another one for another', async () => {
    const prints: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      const [once, again] = [await runSchedule(drawSchedule(index)), await runSchedule(drawSchedule(index))];
      expect(again.fingerprint).toBe(once.fingerprint);
      prints.push(once.fingerprint);
    }
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('shrinks a schedule to the commands and faults that it fails for', async () => {
    const whole = drawSchedule(3);
    const commands = Array.from({ length: 16 }, (_, index) => ({
      ...(index === 5 || index === 11 ? { kind: 'wait' as const, ms: index } : { kind: 'sync' as const }),
      salt: index,
      afterMs: 0,
    }));
    const faults = { MESSAGE_LOST: 0.1, READ_FAILS: 0.1, KILLED_AT: 0.1 };
    const small = await shrink({ ...whole, commands, faults }, async (smaller) => {
      const waits = smaller.commands.filter(({ kind }) => kind === 'wait').length;
      return waits === 2 && smaller.faults.READ_FAILS !== undefined;
    });
    expect(small.commands.map(({ salt }) => salt)).toEqual([5, 11]);
    expect(small.faults).toEqual({ READ_FAILS: 0.1 });
  });
});
