import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from './run-cli.js';

const outside = { ...process.env };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sextant-halt-'));
  const nowhere = 'postgres://nobody@127.0.0.1:1/none';
  Object.assign(process.env, { SEXTANT_ENV: 'test', SEXTANT_DATA_DIR: folder, DATABASE_URL: nowhere });
});
afterEach(() => {
  process.env = { ...outside };
  rmSync(folder, { recursive: true });
});

async function sextant(...args: string[]) {
  let [out, error] = ['', ''];
  const exitCode = await runCli(args, {
    out: (text) => void (out += text),
    error: (text) => void (error += text),
  });
  return { exitCode, out, error, json: args.includes('--json') ? JSON.parse(out) : null };
}

describe('halt, release and status, without a database and with no process', () => {
  it('write the disk, and say that nobody has confirmed', async () => {
    const halted = await sextant('halt', 'feed looks wrong', '--scope', 'symbol=BTC/USDT');
    expect(halted.exitCode).toBe(1);
    expect(halted.out).toMatch(/^HALT: symbol BTC\/USDT\. It is on disk\.\nNOT CONFIRMED/);
    const { json } = await sextant('status', '--json');
    expect(json.on).toMatchObject([
      {
        mode: 'HALT',
        tenantId: '*',
        scope: { kind: 'SYMBOL', value: 'BTC/USDT' },
        reason: 'feed looks wrong',
      },
    ]);
    expect((await sextant('release', 'wrong scope')).json).toBeNull();
    expect((await sextant('status')).out).toContain('feed looks wrong');
    await sextant('release', 'it is back', '--scope', 'symbol=BTC/USDT');
    expect((await sextant('status')).out).toBe('No kill switch is on.\n');
  }, 15_000);

  it('ignore what a crash cut off and what is not signed by this installation', async () => {
    await sextant('halt', 'all of it', '--mode', 'REDUCE_ONLY', '--cancel-orders');
    const file = path.join(folder, 'kill-switch.log');
    const forged = readFileSync(file, 'utf8').replaceAll('REDUCE_ONLY', 'HALT').replaceAll('ksw_0', 'ksw_1');
    appendFileSync(file, `${forged}{"text":"{\\"word\\":{\\"mode\\"`);
    const { json } = await sextant('status', '--json');
    expect(json.on).toMatchObject([{ mode: 'REDUCE_ONLY', scope: { kind: 'ALL' }, cancelOrders: true }]);
    await sextant('halt', 'written behind the cut');
    expect((await sextant('status', '--json')).json.on[0]).toMatchObject({ mode: 'HALT' });
  }, 15_000);

  it.each([
    [['halt'], /needs REASON/],
    [['halt', 'x', '--mode', 'STOP'], /REDUCE_ONLY, LIQUIDATE, HALT/],
    [['halt', 'x', '--scope', 'everything'], /symbol=BTC/],
    [['halt', 'x', '--scope', 'account=acc_1'], /acc_…/],
    [['halt', 'x', '--scope', 'symbol=BTCUSDT'], /BTC\/USDT/],
  ])('%j is no command line', async (args, complaint) => {
    const { exitCode, error } = await sextant(...args);
    expect([exitCode, complaint.test(error)]).toEqual([2, true]);
  });
});
