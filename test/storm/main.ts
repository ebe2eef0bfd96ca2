import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Ground } from './ground.js';
import { drawSchedule } from './plan.js';
import type { Schedule } from './plan.js';
import { runSchedule } from './run-schedule.js';
import type { Result } from './run-schedule.js';
import { coverageTable } from './coverage.js';

const USAGE = `The built system through bad days, checked from outside.

  npm run storm -- [options]

  --schedules <n>  how many (8)
  --seed <n>       of the first one; the others count up from it (the time)
  --again <file>   this schedule instead, as often: the schedule.json of one that failed
  --keep           the evidence of all schedules, not only of those that fail
  --lanes <n>      how many side by side, each with a PostgreSQL of its own (3)
`;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '8' },
    seed: { type: 'string' },
    lanes: { type: 'string', default: '3' },
    again: { type: 'string' },
    keep: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

// What was started ends with this process, also when it is told to stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

if (values.help === true) process.stdout.write(USAGE);
else process.exitCode = await main();

async function main(): Promise<number> {
  const first = Number(values.seed ?? Date.now() % 1_000_000_000);
  const count = Number(values.schedules);
  const seeds = Array.from({ length: count }, (_, n) => first + n);
  const startedAt = Date.now();
  const results: Result[] = [];
  const lanes = Math.min(Number(values.lanes), count);
  process.stdout.write(`${count} schedules from seed ${first} in ${lanes} lanes\n`);
  await Promise.all(Array.from({ length: lanes }, () => lane(seeds, results)));
  process.stdout.write(`\n${coverageTable(results)}\n`);
  const failed = results.filter(({ findings }) => findings.length > 0);
  for (const { seed, folder } of failed)
    process.stdout.write(`failed: --schedules 1 --seed ${seed}   ${folder}\n`);
  process.stdout.write(`${summary(results, count, Date.now() - startedAt)}\n`);
  return failed.length === 0 && results.length === count ? 0 : 1;
}

/** One line, the last one. */
function summary(results: readonly Result[], count: number, tookMs: number): string {
  const kept = results.filter(({ findings }) => findings.length === 0).length;
  const requests = results.reduce((sum, { counts }) => sum + (counts['requests'] ?? 0), 0);
  const kinds = new Set(results.flatMap(({ struck }) => [...struck.keys()])).size;
  const each = results.reduce((sum, result) => sum + result.tookMs, 0) / results.length / 1_000;
  const what = `${requests} requests under a key, ${kinds} kinds of fault`;
  const pace = `${(tookMs / 60_000).toFixed(1)} min, ${each.toFixed(0)} s a schedule`;
  return `storm: ${kept} of ${count} schedules kept every promise; ${what}; ${pace}`;
}

/** A schedule that failed may have been drawn by another version of the plan. */
function scheduleOf(seed: number): Schedule {
  if (values.again === undefined) return drawSchedule(seed);
  return { ...JSON.parse(readFileSync(values.again, 'utf8')), seed };
}

async function lane(seeds: number[], results: Result[]): Promise<void> {
  const ground = await Ground.open();
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
    const result = await runSchedule(scheduleOf(seed), ground, values.keep);
    results.push(result);
    tell(result);
  }
  await ground.close();
}

function tell({ seed, findings, counts, tookMs, struck, phases }: Result): void {
  const { requests, ok, fail, info } = counts;
  const verdict = findings.length === 0 ? 'kept' : 'BROKEN';
  const what = `${requests} sent, ${ok} ok ${fail} fail ${info} info, ${struck.size} kinds of fault`;
  process.stdout.write(
    `${verdict} ${seed}  ${(tookMs / 1_000).toFixed(1)} s  ${what}  (${phases.join(', ')})\n`,
  );
  for (const finding of findings.slice(0, 12)) process.stdout.write(`    ${finding}\n`);
}
