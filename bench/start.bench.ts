import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EmbeddedPostgres } from '@sextant/platform';
import { startBaseline } from './support/baseline-process.js';
import { cpuSeconds, residentBytes } from './support/cpu.js';
import { median } from './support/load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const ROOT = join(import.meta.dirname, '..', '..');
const MB = 2 ** 20;
/** What a process without bots, feeds and tracing has no use for. */
const NOT_AT_START = ['ccxt', '@opentelemetry/sdk-node', '@opentelemetry/sdk-trace-base'];

interface Start {
  readyMs: number;
  cpuMs: number;
  residentMb: number;
}

/** How long the built API takes to be ready on a database that it has used before, and what it holds then. */
export async function run(report: Report): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sextant-bench-'));
  const modules = join(dataDir, 'modules.txt');
  try {
    await startSextant(join(dataDir, 'data'), modules); // makes the database
    const sextant: Start[] = [];
    const trivial: Start[] = [];
    const database: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      trivial.push(await startTrivial());
      database.push(await startDatabase(join(dataDir, 'alone')));
      sextant.push(await startSextant(join(dataDir, 'data'), null));
    }
    database.shift(); // made its files
    const of = (starts: Start[], what: keyof Start): number => median(starts.map((start) => start[what]));
    const allowed = 2 * of(trivial, 'readyMs') + median(database);
    report('ready', of(sextant, 'readyMs'), 'ms', `${Math.round(of(sextant, 'cpuMs'))} ms of CPU`);
    report('trivial ready', of(trivial, 'readyMs'), 'ms', `${Math.round(of(trivial, 'cpuMs'))} ms of CPU`);
    report('database alone', median(database), 'ms');
    report('ready / (2 × trivial + database)', of(sextant, 'readyMs') / allowed, '×', 'goal 1');
    report(
      'resident',
      of(sextant, 'residentMb'),
      'MB',
      `trivial ${Math.round(of(trivial, 'residentMb'))} MB`,
    );
    report('resident / trivial', of(sextant, 'residentMb') / of(trivial, 'residentMb'), '×', 'goal 2');
    report(
      'modules at start',
      assertLean(readFileSync(modules, 'utf8')),
      '',
      `none of ${NOT_AT_START.join(', ')}`,
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** @returns how many modules there are. @throws Error naming what has no place among them */
function assertLean(list: string): number {
  const urls = list.trim().split('\n');
  for (const name of NOT_AT_START) {
    const found = urls.find((url) => url.includes(`/node_modules/${name}/`));
    if (found !== undefined) throw new Error(`${name} is loaded at start: ${found}`);
  }
  if (!urls.some((url) => url.includes('/node_modules/@nestjs/core/')))
    throw new Error('the list is not whole');
  return urls.length;
}

async function startSextant(dataDir: string, listInto: string | null): Promise<Start> {
  const listing = ['--import', pathToFileURL(join(import.meta.dirname, 'support', 'loaded-modules.js')).href];
  const main = join(ROOT, 'dist', 'apps', 'api', 'src', 'main.js');
  const started = performance.now();
  const flags = ['--max-semi-space-size=8']; // as `npm start` does
  const child = spawn(process.execPath, [...flags, ...(listInto === null ? [] : listing), main], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      SEXTANT_DATA_DIR: dataDir,
      SEXTANT__MARKETDATA__REPLAY__ENABLED: 'false',
      ...(listInto === null ? {} : { SEXTANT_TEST_MODULES: listInto }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`sextant exited with ${code}: ${output}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('ready at http://')) resolve();
    });
  });
  const readyMs = performance.now() - started;
  const start = { readyMs, cpuMs: cpuSeconds(child.pid!) * 1000, residentMb: residentBytes(child.pid!) / MB };
  child.kill('SIGTERM');
  await ended;
  return start;
}

async function startTrivial(): Promise<Start> {
  const { child, startMs, stop } = await startBaseline('trivial-app');
  const residentMb = residentBytes(child.pid!) / MB;
  const start = { readyMs: startMs, cpuMs: cpuSeconds(child.pid!) * 1000, residentMb };
  await stop();
  return start;
}

/** Milliseconds until a server on its own data accepts connections. */
async function startDatabase(dataDir: string): Promise<number> {
  const postgres = new EmbeddedPostgres({ dataDir });
  const started = performance.now();
  await postgres.start();
  const tookMs = performance.now() - started;
  await postgres.stop();
  return tookMs;
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
