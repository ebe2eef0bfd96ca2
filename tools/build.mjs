// Compiles apps and libs into one dist/ with swc and the settings of .swcrc, as `nest build` does, but in one
// process, with each worker app included, and swapped in whole: a build that is cut off is done again.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cache, ensureInstalled, root, say, seconds, sourceFiles, sourceFingerprint } from './bootstrap.mjs';

const dist = path.join(root, 'dist');

export async function build() {
  const started = Date.now();
  const fresh = path.join(cache, `dist-${process.pid}`);
  const fingerprint = sourceFingerprint();
  const files = sourceFiles();
  rmSync(fresh, { recursive: true, force: true });
  await Promise.all(files.map((file) => compile(file, fresh)));
  writeFileSync(path.join(fresh, '.build'), fingerprint);
  swapIn(fresh);
  say(`Built ${files.length} files in ${seconds(started)}.`);
}

/** Compiles one source file to its place under `folder`. */
export async function compile(file, folder = dist) {
  const { transformFile } = await import('@swc/core');
  const relative = path.relative(root, file);
  const target = path.join(folder, relative.replace(/\.ts$/, '.js'));
  const place = path.join(dist, relative);
  const { code, map } = await transformFile(file, {
    cwd: root,
    root,
    configFile: path.join(root, '.swcrc'),
    sourceFileName: path.relative(path.dirname(place), file).split(path.sep).join('/'),
    outputPath: place,
  });
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${code}\n//# sourceMappingURL=${path.basename(target)}.map\n`);
  writeFileSync(`${target}.map`, map);
}

function swapIn(fresh) {
  const old = path.join(cache, `dist-old-${process.pid}`);
  try {
    renameSync(dist, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled();
  await build();
}
