import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { sextantModel } from '../../composition/src/index.js';
import { runCli } from './run-cli.js';

const OLD = 'the old master key of a terminal and long enough';
const NEW = 'the new master key of a terminal and long enough';
const outside = { ...process.env };
let folder: string;
let db: TestDatabase;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sextant-cli-vault-'));
  db = await createTestDatabase(sextantModel);
  Object.assign(process.env, { SEXTANT_ENV: 'test', DATABASE_URL: db.url, SEXTANT_DATA_DIR: folder });
});
afterEach(async () => {
  process.env = { ...outside };
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function sextant(...args: string[]) {
  let [out, error] = ['', ''];
  const exitCode = await runCli(args, {
    out: (text) => void (out += text),
    error: (text) => void (error += text),
  });
  return { exitCode, out, error, json: args.includes('--json') ? JSON.parse(out) : null };
}

it('an empty vault needs nothing', async () => {
  const { exitCode, out } = await sextant('vault', 'status');
  expect([exitCode, out]).toEqual([0, expect.stringContaining('0 credentials in the vault.')]);
});

it('a rotation puts a new key into the file, in front, and takes the old one out', async () => {
  const first = await sextant('vault', 'rotate', '--json');
  expect(first).toMatchObject({ exitCode: 0, json: { kind: 'MASTER_KEY', changed: 0, resumed: false } });
  const status = await sextant('vault', 'status', '--json');
  const current = status.json.keys.find((key: { status: string }) => key.status === 'CURRENT');
  expect(current).toEqual({ kekId: first.json.kekId, status: 'CURRENT', here: true, rows: 0 });
  expect(first.json.retired).toHaveLength(1);
  const file = readFileSync(path.join(folder, 'secrets', 'exchange.vault.keys'), 'utf8');
  expect(file.trim().split('\n')).toHaveLength(1);
  expect(first.out + status.out).not.toContain(file.trim());
});

it('a key of the environment is rotated to the one before it', async () => {
  process.env['SEXTANT_VAULT_KEY'] = OLD;
  const early = await sextant('vault', 'rotate');
  expect(early).toMatchObject({ exitCode: 1, error: expect.stringContaining('SEXTANT_VAULT_KEY=new,old') });
  process.env['SEXTANT_VAULT_KEY'] = `${NEW},${OLD}`;
  const { exitCode, out } = await sextant('vault', 'rotate');
  expect([exitCode, out]).toEqual([
    0,
    expect.stringMatching(/^0 credentials wrapped[^]*is needed no more\.\n$/),
  ]);
});

it('data keys are made anew on their own', async () => {
  const { exitCode, json } = await sextant('vault', 'rotate', '--data-keys', '--json');
  expect([exitCode, json.kind]).toEqual([0, 'DATA_KEYS']);
});
