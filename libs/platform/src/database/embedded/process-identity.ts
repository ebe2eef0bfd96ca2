import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** True when a process with that id runs, whoever owns it. One that only waits to be reaped does not run. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statOf(pid)?.[0] !== 'Z';
}

/**
 * Text that a later process with the same id does not share, or null when there is no such process. Linux counts
 * start times in ticks since boot; elsewhere the id alone has to do.
 */
export function processIdentity(pid: number): string | null {
  if (!isAlive(pid)) return null;
  const started = statOf(pid)?.[19];
  return started === undefined ? `${pid}` : `${pid}@${started}`;
}

/** False when the process is certainly not a PostgreSQL that works in `cluster`: its id was given to another. */
export function mayServe(pid: number, cluster: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return false;
    return path.relative(readlinkSync(`/proc/${pid}/cwd`), realpathSync(cluster)) === '';
  } catch {
    return true;
  }
}

/** Linux: what is known of a process, from its state on. Null elsewhere, and where it is hidden. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold blanks and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
