// Writes docs/reference from the built code; `--check` only compares. What the pages say stands in the code:
// change it there and run `npm run docs`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, root, runNode, say } from './bootstrap.mjs';
import { configPage, errorsPage, eventsPage, metricsPage, migrationsPage } from './reference-pages.mjs';

const reference = path.join(root, 'docs', 'reference');

if (process.env.ON_PINNED_NODE === undefined) {
  await ensureInstalled();
  await ensureBuilt();
  const env = { ...process.env, ON_PINNED_NODE: '1' };
  process.exitCode = await runNode([import.meta.filename, ...process.argv.slice(2)], { env });
} else {
  try {
    const pages = await write();
    process.exitCode = process.argv.includes('--check') ? compare(pages) : store(pages);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}

async function write() {
  const built = await loadLibs();
  const api = { api: await load('apps/api/src/http/http-errors.js') };
  const answered = await load('apps/api/src/http/error-catalogue.js');
  const pages = {
    'errors.md': errorsPage(collect({ ...built, ...api }, 'Errors'), answered),
    'config.md': configPage(built.platform?.configSchema ?? {}),
    'metrics.md': metricsPage(built.platform?.metricsCatalogue ?? {}),
    'events.md': eventsPage(collect(built, 'Events')),
    'migrations.md': migrationsPage(collect(built, 'Model'), sourceTexts()),
  };
  const { format } = await import('prettier');
  for (const [name, text] of Object.entries(pages)) pages[name] = await format(text, { parser: 'markdown' });
  return pages;
}

/** Lib → what its door exports, in alphabetical order. */
async function loadLibs() {
  const libs = {};
  for (const name of readdirSync(path.join(root, 'dist', 'libs')).sort()) {
    libs[name] = await load(`libs/${name}/src/index.js`);
  }
  return libs;
}

async function load(file) {
  const built = path.join(root, 'dist', file);
  return existsSync(built) ? import(pathToFileURL(built).href) : {};
}

/** Exports whose name ends in `suffix`: `[{ lib, name, value }]`. The same object is listed once. */
function collect(libs, suffix) {
  const seen = new Set();
  return Object.entries(libs).flatMap(([lib, exported]) =>
    Object.keys(exported)
      .filter(
        (name) => name.endsWith(suffix) && typeof exported[name] === 'object' && exported[name] !== null,
      )
      .sort()
      .map((name) => ({ lib, name: name.slice(0, -suffix.length), value: exported[name] }))
      .filter(({ value }) => !seen.has(value) && seen.add(value)),
  );
}

/** Lib → all of its sources in one text, to find a docstring in. */
function sourceTexts() {
  const text = (folder) =>
    readdirSync(folder, { recursive: true })
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => readFileSync(path.join(folder, file), 'utf8'))
      .join('\n');
  const libs = readdirSync(path.join(root, 'libs')).sort();
  return Object.fromEntries(libs.map((lib) => [lib, text(path.join(root, 'libs', lib, 'src'))]));
}

function compare(pages) {
  const stale = Object.entries(pages)
    .filter(
      ([name, text]) =>
        !existsSync(path.join(reference, name)) || readFileSync(path.join(reference, name), 'utf8') !== text,
    )
    .map(([name]) => name);
  if (stale.length > 0)
    say(`docs/reference is not what the code says: ${stale.join(', ')}. Run npm run docs.`);
  return stale.length === 0 ? 0 : 1;
}

function store(pages) {
  mkdirSync(reference, { recursive: true });
  for (const [name, text] of Object.entries(pages)) writeFileSync(path.join(reference, name), text);
  say(`Wrote ${Object.keys(pages).join(', ')} to docs/reference.`);
  return 0;
}
