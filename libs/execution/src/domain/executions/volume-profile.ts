import type { EpochMs } from '@sextant/kernel';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Volume of one past hour; a weight, not money. */
export interface HourlyVolume {
  openTime: EpochMs;
  volume: number;
}

/**
 * Weights of equal intervals from the mean volume of each hour of the day (UTC): each interval weighs as much as is
 * usually traded in its time. Null when an hour of the day that it needs was never seen, or nothing was ever traded.
 */
export function profileWeights(
  history: readonly HourlyVolume[],
  startAt: EpochMs,
  endAt: EpochMs,
  count: number,
): number[] | null {
  const means = meanByHour(history);
  const intervalMs = (endAt - startAt) / count;
  const weights = Array.from({ length: count }, (_, index) => {
    const from = startAt + index * intervalMs;
    return volumeBetween(means, from, from + intervalMs);
  });
  const usable = weights.every((weight) => Number.isFinite(weight)) && weights.some((weight) => weight > 0);
  return usable ? weights : null;
}

function meanByHour(history: readonly HourlyVolume[]): number[] {
  const sums = new Array<number>(HOURS).fill(0);
  const counts = new Array<number>(HOURS).fill(0);
  for (const { openTime, volume } of history) {
    const hour = hourOf(openTime);
    sums[hour] = (sums[hour] ?? 0) + volume;
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  // An hour that was never seen is 0 / 0.
  return sums.map((sum, hour) => sum / (counts[hour] ?? 0));
}

function volumeBetween(means: readonly number[], from: EpochMs, to: EpochMs): number {
  let volume = 0;
  for (let at = from; at < to;) {
    const end = Math.min(to, (Math.floor(at / HOUR_MS) + 1) * HOUR_MS);
    volume += (means[hourOf(at)] ?? Number.NaN) * ((end - at) / HOUR_MS);
    at = end;
  }
  return volume;
}

function hourOf(at: EpochMs): number {
  return Math.floor(at / HOUR_MS) % HOURS;
}
