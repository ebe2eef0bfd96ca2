import type { Timers } from '../time/index.js';

/** A command had no reply within its budget; it may be carried out all the same. */
export class CommandLate extends Error {
  constructor(budgetMs: number) {
    super(`no reply within ${budgetMs} ms`);
  }
}

/** @throws CommandLate when `command` is not settled after `budgetMs`; what becomes of it then is nobody's concern. */
export async function withinBudget<T>(
  timers: Timers,
  budgetMs: number,
  command: () => Promise<T>,
): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    // Once more through the event loop: a reply that came while this process itself stood still is read first.
    cancel = timers.setTimer(budgetMs, () => {
      cancel = timers.setTimer(0, () => reject(new CommandLate(budgetMs)));
    });
  });
  try {
    return await Promise.race([command(), late]);
  } finally {
    cancel();
  }
}
