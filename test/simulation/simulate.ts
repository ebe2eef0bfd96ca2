import { runSchedule } from './run-schedule.js';
import { drawSchedule } from './schedule.js';
import type { Schedule } from './schedule.js';
import { shrink } from './shrink.js';

export interface Simulation {
  schedules: number;
  /** How often each fault happened. */
  hits: Map<string, number>;
  failure: Failure | null;
}

export interface Failure {
  seed: number;
  /** How many schedules ran, this one included. */
  after: number;
  violations: string[];
  /** For a person: what is left after shrinking, and what happens then. */
  report: string;
}

/** Runs `schedules` of them, from `seed` on, until one fails. */
export async function simulate(seed: number, schedules: number, shrinks = true): Promise<Simulation> {
  const hits = new Map<string, number>();
  for (let index = 0; index < schedules; index += 1) {
    const schedule = drawSchedule(seed + index);
    const run = await runSchedule(schedule);
    for (const [kind, count] of run.hits) hits.set(kind, (hits.get(kind) ?? 0) + count);
    if (run.violations.length === 0) continue;
    const { violations } = run;
    const small = shrinks ? await smallest(schedule, violations) : schedule;
    const failure = {
      seed: seed + index,
      after: index + 1,
      violations,
      report: await describe(small, schedule),
    };
    return { schedules: index + 1, hits, failure };
  }
  return { schedules, hits, failure: null };
}

/** Still fails in one of the same ways. */
function smallest(schedule: Schedule, violations: readonly string[]): Promise<Schedule> {
  const ways = new Set(violations.flatMap(waysOf));
  return shrink(schedule, async (smaller) => {
    const run = await runSchedule(smaller);
    return run.violations.flatMap(waysOf).some((way) => ways.has(way));
  });
}

/** The invariants that a violation names: `I3`, `I6 I11`. */
function waysOf(violation: string): string[] {
  return violation.match(/\bI\d+\b/g) ?? [];
}

async function describe(small: Schedule, whole: Schedule): Promise<string> {
  const { violations, history } = await runSchedule(small);
  const { seed, character, faults, commands, restarts } = small;
  return [
    `Schedule ${seed} does not hold; the same again: SEED=${seed} SCHEDULES=1`,
    ...violations.map((violation) => `  ✘ ${violation}`),
    `venue ${JSON.stringify(character)}`,
    `faults ${JSON.stringify(faults)}${restarts ? ', restarted at the end' : ''}`,
    `${commands.length} of ${whole.commands.length} commands:`,
    ...commands.map((command) => `  ${JSON.stringify(command)}`),
    'history:',
    ...history.map((line) => `  ${line}`),
  ].join('\n');
}

/** How often each fault happened, for people. */
export function coverageTable(hits: ReadonlyMap<string, number>): string {
  const rows = [...hits].sort(([one], [other]) => (one < other ? -1 : 1));
  return rows.map(([kind, count]) => `${String(count).padStart(8)}  ${kind}`).join('\n');
}
