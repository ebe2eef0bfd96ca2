import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a running (or crashed) server says about itself in `postmaster.pid`. */
export interface Postmaster {
  pid: number;
  port: number;
  status: string;
}

/** Larger than any process id can be, on Linux (2²²) and elsewhere. */
const NOBODY = 4_194_304;

export async function readPostmaster(cluster: string): Promise<Postmaster | null> {
  const text = await readFile(fileOf(cluster), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number.parseInt(lines[3] ?? '', 10), status: (lines[7] ?? '').trim() };
}

/**
 * Says that the process of this file is gone: PostgreSQL takes every process with its id for it, also another program
 * and one that nobody reaps. The file itself stays: the rest of it lets PostgreSQL find backends of the old server
 * that are still alive, and wait for them.
 */
export async function disownPostmaster(cluster: string): Promise<void> {
  const file = fileOf(cluster);
  const text = await readFile(file, 'utf8').catch(() => null);
  // A server that stopped in order has just removed it.
  if (text !== null) await writeFile(file, text.replace(/^\d+/, String(NOBODY)));
}

function fileOf(cluster: string): string {
  return path.join(cluster, 'postmaster.pid');
}
