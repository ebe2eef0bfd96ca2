import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommand, UsageError, VISITOR } from './venue-command.js';

describe('the venue’s command line', () => {
  it('starts with a visitor’s account when nothing is said', () => {
    expect(readCommand([])).toMatchObject({
      port: 9_100,
      seed: 1,
      accounts: [VISITOR],
      journal: {},
    });
  });

  it('takes every option', () => {
    const folder = mkdtempSync(join(tmpdir(), 'venue-command-'));
    const file = join(folder, 'accounts.json');
    writeFileSync(file, JSON.stringify([{ accountId: 'ann', keys: [] }]));
    const args = [
      '--port',
      '0',
      '--host',
      '::1',
      '--seed',
      '7',
      '--journal',
      'j',
      '--accounts',
      file,
      '--speed',
      '60',
    ];
    const more = [
      '--capture',
      'BTCUSDT=btc.jsonl.gz',
      '--clock-offset=-500',
      '--limits',
      'off',
      '--chaos',
      '3',
    ];
    expect(readCommand([...args, ...more])).toMatchObject({
      port: 0,
      host: '::1',
      chaos: 3,
      seed: 7,
      journal: { file: 'j' },
      accounts: [{ accountId: 'ann' }],
      clock: { offsetMs: -500 },
      limits: { weightPerMinute: Number.MAX_SAFE_INTEGER },
      market: { captures: { BTCUSDT: 'btc.jsonl.gz' }, speed: 60 },
    });
    rmSync(folder, { recursive: true });
  });

  it('says which field of an account is wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'venue-command-'));
    const file = join(folder, 'accounts.json');
    writeFileSync(file, JSON.stringify([{ accountId: 'ann' }]));
    expect(() => readCommand(['--accounts', file])).toThrow('keys is missing or wrong');
    rmSync(folder, { recursive: true });
  });

  it.each([
    [['--port', 'http'], '--port must be a whole number'],
    [['--speed=-1'], '--speed must be 0 or more'],
    [['--sead', '7'], "Unknown option '--sead'"],
    [['--capture', 'btc.jsonl'], 'SYMBOL=file'],
    [['--accounts', '/nowhere/accounts.json'], 'no such file'],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => readCommand(args)).toThrow(UsageError);
    expect(() => readCommand(args)).toThrow(message);
  });

  it('knows when only help is wanted', () => {
    expect(readCommand(['-h'])).toBeNull();
  });
});
