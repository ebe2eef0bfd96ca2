import type { Timers } from '../time/index.js';

/** Rejects with `complaint` when `run` is not settled after `timeoutMs`; what `run` began goes on unwatched. */
export async function withDeadline<T>(
  timers: Timers,
  timeoutMs: number,
  complaint: string,
  run: () => Promise<T>,
): Promise<T> {
  let cancel = (): void => undefined;
  const deadline = new Promise<never>((_, reject) => {
    cancel = timers.setTimer(timeoutMs, () => reject(new Error(complaint)));
  });
  try {
    return await Promise.race([run(), deadline]);
  } finally {
    cancel();
  }
}
