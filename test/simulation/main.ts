// node tools/simulation.mjs --schedules 100000 --seed 7: schedules without a test runner around them.
import { parseArgs } from 'node:util';
import { coverageTable, simulate } from './simulate.js';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    /** For programs: one line of JSON. */
    json: { type: 'boolean', default: false },
  },
});
const [schedules, seed] = [Number(values.schedules), Number(values.seed)];
if (!Number.isSafeInteger(schedules) || !Number.isSafeInteger(seed)) {
  console.error('--schedules and --seed are whole numbers');
  process.exit(2);
}

const startedMs = performance.now();
const { failure, hits, schedules: ran } = await simulate(seed, schedules, !values.json);
if (values.json) {
  console.log(
    JSON.stringify({ seed, ran, after: failure?.after ?? null, violations: failure?.violations ?? [] }),
  );
} else {
  if (failure !== null) console.error(failure.report);
  console.log(coverageTable(hits));
  const ms = Math.round(performance.now() - startedMs);
  console.log(
    `${ran} schedules from seed ${seed} in ${ms} ms: ${failure === null ? 'all hold' : 'one does not hold'}`,
  );
}
process.exitCode = failure === null ? 0 : 1;
