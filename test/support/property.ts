import fc from 'fast-check';

/**
 * fast-check with the run's seed: `npm test` prints it, `SEED=<number> npm test` repeats it, and a failing
 * property prints the path to its counterexample. `RUNS` changes how many cases each property tries (200).
 */
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
if (!Number.isInteger(seed)) throw new Error('SEED must be an integer');
fc.configureGlobal({ seed, numRuns: Number(process.env.RUNS ?? 200) });

export { fc };
