// Adds the foreign-platform packages to package-lock.json that npm left out because the registry it was run
// against did not offer them: `npm ci` compares the lock with every optional dependency and refuses otherwise.
// Run after each `npm install <package>`: node tools/complete-lock.mjs; `--check` only looks.
import { readFileSync, writeFileSync } from 'node:fs';

const OS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

const file = new URL('../package-lock.json', import.meta.url);
const checking = process.argv.includes('--check');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = addMissing(lock.packages);
const addresses = Object.values(lock.packages).filter((entry) => entry.resolved !== undefined);
for (const entry of addresses) delete entry.resolved;
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
if (checking) {
  if (added.length > 0) console.error(`package-lock.json lacks ${added.join(', ')}`);
  if (addresses.length > 0)
    console.error(`package-lock.json names the addresses of ${addresses.length} packages`);
  process.exitCode = added.length + addresses.length === 0 ? 0 : 1;
} else {
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(added.length === 0 ? 'package-lock.json is complete' : `added ${added.join(', ')}`);
}

function addMissing(packages) {
  const names = [];
  for (const [parent, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolves(packages, parent, name)) continue;
      packages[`node_modules/${name}`] = stub(name, range, entry.dev === true);
      names.push(name);
    }
  }
  return names;
}

/** Node's own look-up: beside the parent, then each folder above it. */
function resolves(packages, parent, name) {
  for (let folder = parent; ;) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    const above = folder.lastIndexOf('/node_modules/');
    folder = above < 0 ? '' : folder.slice(0, above);
  }
}

function stub(name, range, dev) {
  const words = name.split(/[/-]/);
  const os = OS.find((word) => words.includes(word));
  const cpu = CPU.find((word) => words.includes(word));
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+/.test(range)) {
    throw new Error(`${name}@${range} is not an exact version of a platform package: install it first`);
  }
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return {
    version: range,
    cpu: [cpu],
    ...(dev && { dev }),
    ...(os === 'linux' && libc && { libc: [libc] }),
    optional: true,
    os: [os],
  };
}
