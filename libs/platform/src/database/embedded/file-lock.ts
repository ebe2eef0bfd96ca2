import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { embeddedFailure } from './embedded-failure.js';
import { processIdentity } from './process-identity.js';

const PATIENCE_MS = 120_000;

/** One process of this machine at a time. The lock of a process that died is taken over. */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const mine = `${processIdentity(process.pid)} ${randomUUID()}`;
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await take(file, mine))) {
    const holder = await readFile(file, 'utf8').catch(() => null);
    if (holder !== null && isAbandoned(holder)) await remove(file, holder);
    if (performance.now() > deadline) throw embeddedFailure(`Another process holds ${file} (${holder}).`);
    await delay(30);
  }
  try {
    return await work();
  } finally {
    await remove(file, mine);
  }
}

/** Content and name appear in one step: a lock without an owner is never seen. */
async function take(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function isAbandoned(content: string): boolean {
  const [identity = ''] = content.split(' ');
  return processIdentity(Number.parseInt(identity, 10)) !== identity;
}

/** Removes the lock only while it is the one that was seen: between look and removal it may change hands. */
async function remove(file: string, seen: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== seen) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}
