import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmptyDatabase } from '@sextant/testing';
import pg from 'pg';
import { SextantProcess } from '../support/sextant-process.js';

const MAIN = path.join(import.meta.dirname, '..', '..', 'dist', 'apps', 'cli', 'src', 'main.js');
const ORDER = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001', type: 'MARKET' };

let folder: string;
let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sextant-operator-'));
  database = await createEmptyDatabase();
  env = { SEXTANT_ENV: 'test', DATABASE_URL: database.url, SEXTANT_DATA_DIR: folder };
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  out: string;
  error: string;
}

/** The built program, as a terminal starts it. */
function sextant(
  args: string[],
  options: { env?: Record<string, string>; stdin?: string } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...(options.env ?? env) },
  });
  const ended: Ended = { code: null, out: '', error: '' };
  child.stdout.on('data', (chunk) => (ended.out += chunk));
  child.stderr.on('data', (chunk) => (ended.error += chunk));
  child.stdin.end(options.stdin ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...ended, code }));
  });
}

/** An order that the market of a fresh start may not be ready for yet. */
async function fill(running: SextantProcess, key: string): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { status, body } = await running.request('POST', '/api/orders', { key, body: ORDER });
    if (status === 201) return body.accountId;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no order was filled');
}

it('serves an operator beside the running application, and finds what was done to its books', async () => {
  const running = await SextantProcess.start({ env });
  try {
    const issued = await sextant(['admin-key', '--json']);
    expect({ code: issued.code, error: issued.error }).toEqual({ code: 0, error: '' });
    const { key } = JSON.parse(issued.out);
    const accountId = await fill(running, key);
    const verified = await sextant(['verify']);
    expect(verified).toMatchObject({ code: 0, error: '' });
    expect(verified.out).toMatch(new RegExp(`^ok {5}${accountId}  \\d+ events, 2 ledger entries$`, 'm'));

    const address = `http://127.0.0.1:${running.port}/api/accounts/${accountId}/ledger/export`;
    const exported = await (await fetch(address, { headers: { 'x-api-key': key } })).text();
    const file = path.join(folder, 'ledger.ndjson');
    writeFileSync(file, exported);
    const offline = await sextant(['ledger', 'verify', file], { env: {} });
    expect(offline).toMatchObject({ code: 0, error: '' });
    expect(offline.out).toMatch(/^wallet:PAPER +BTC +0\.000999$/m);
    const altered = await sextant(['ledger', 'verify', '-'], {
      env: {},
      stdin: exported.replace('100000', '900000'),
    });
    expect(altered.code).toBe(1);
    expect(altered.out).toMatch(
      /^WRONG {2}line 2, entry 1 \(ltx_\w+\): Its contents are not those that were hashed\./m,
    );
  } finally {
    expect(await running.stop()).toBe(0);
  }

  const owner = new pg.Client(database.url);
  await owner.connect();
  await owner.query(`UPDATE balance SET total = total + 1 WHERE asset = 'USDT'`);
  await owner.end();
  const found = await sextant(['verify']);
  expect(found).toMatchObject({ code: 1, error: '' });
  expect(found.out).toMatch(/^ {7}projections: The balance USDT is 9\d+\.\d*1, by the ledger 9/m);

  const compared = await sextant(['portfolio', 'rebuild', '--check']);
  expect(compared).toMatchObject({ code: 1, error: '' });
  const rebuilt = await sextant(['portfolio', 'rebuild']);
  expect(rebuilt).toMatchObject({ code: 0, error: '' });
  expect(rebuilt.out).toMatch(
    /^REBUILT {2}acc_\w+ {2}2 ledger entries\n {9}balance USDT: 9\d+\.\d*1, by the ledger 9/,
  );
  expect(await sextant(['verify'])).toMatchObject({ code: 0, error: '' });
}, 90_000);

it('starts the embedded database when nobody runs it, and leaves it as it was', async () => {
  const own = { SEXTANT_ENV: 'test', SEXTANT_DATA_DIR: path.join(folder, 'own') };
  const none = await sextant(['verify'], { env: own });
  expect(none).toMatchObject({ code: 1, out: '' });
  expect(none.error).toContain('There is no database in');
  const migrated = await sextant(['migrate', '--json'], { env: own });
  expect(migrated).toMatchObject({ code: 0, error: '' });
  expect(JSON.parse(migrated.out).ran.length).toBeGreaterThan(5);
  const both = await Promise.all([sextant(['verify'], { env: own }), sextant(['consumers'], { env: own })]);
  expect(both.map(({ code, error }) => ({ code, error }))).toEqual([
    { code: 0, error: '' },
    { code: 0, error: '' },
  ]);
  expect(existsSync(path.join(folder, 'own', 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
}, 90_000);

it('leaves no server behind when it is ended early', async () => {
  const own = { SEXTANT_ENV: 'test', SEXTANT_DATA_DIR: path.join(folder, 'early') };
  const pidFile = path.join(folder, 'early', 'postgres', 'cluster', 'postmaster.pid');
  const child = spawn(process.execPath, [MAIN, 'migrate'], {
    env: { PATH: process.env['PATH'] ?? '', ...own },
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  while (!existsSync(pidFile)) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(existsSync(pidFile)).toBe(false);
}, 60_000);

it('ends with 78 and every mistake when the configuration is wrong', async () => {
  const { code, out, error } = await sextant(['config'], {
    env: { ...env, PORT: 'none', SEXTANT__NO__SUCH: '1' },
  });
  expect({ code, out }).toEqual({ code: 78, out: '' });
  expect(error).toMatch(/^The configuration has 2 mistakes:/);
});
