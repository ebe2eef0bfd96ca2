import type { Random } from '../engine/random.js';

/** Standard normal (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.next());
}

/** How many events of a Poisson process of that mean happen (Knuth); a mean above 50 is cut to 50. */
export function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-Math.min(mean, 50));
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count += 1;
  return count;
}
