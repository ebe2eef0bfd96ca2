import type { FaultKind } from './chaos.js';
import type { Schedule } from './schedule.js';

/** Runs of a schedule that shrinking may take. */
const MOST_RUNS = 400;

/**
 * The shortest schedule found that still fails: first without commands, from large parts to single ones, then without
 * kinds of faults. Each command has its own dice, so those that stay mean what they meant.
 */
export async function shrink(
  schedule: Schedule,
  fails: (smaller: Schedule) => Promise<boolean>,
): Promise<Schedule> {
  let best = schedule;
  let runs = 0;
  const attempt = async (smaller: Schedule): Promise<boolean> => {
    runs += 1;
    if (runs > MOST_RUNS || !(await fails(smaller))) return false;
    best = smaller;
    return true;
  };
  for (let size = Math.ceil(best.commands.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let from = 0; from < best.commands.length;) {
      const commands = best.commands.filter((_, index) => index < from || index >= from + size);
      if (!(await attempt({ ...best, commands }))) from += size;
    }
  }
  for (const kind of Object.keys(best.faults) as FaultKind[]) {
    const { [kind]: _, ...faults } = best.faults;
    await attempt({ ...best, faults });
  }
  if (best.restarts) await attempt({ ...best, restarts: false });
  return best;
}
