import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config } from '@sextant/platform';
import { KeyRingFile } from './key-ring-file.js';
import { KeyRing } from './key-ring.js';
import { masterKeyOf } from './master-key.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sextant-ring-'));
  path = join(directory, 'secrets', 'keys');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a file of master keys', () => {
  it('is made once, for its owner alone', () => {
    const [one, two] = [new KeyRingFile(path, true).read(), new KeyRingFile(path, true).read()];
    expect(one?.map(({ kekId }) => kekId)).toEqual(two?.map(({ kekId }) => kekId));
    expect(one).toHaveLength(1);
    expect([statSync(path).mode & 0o777, statSync(join(directory, 'secrets')).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
  });

  it('is not made where it was named and is missing', () => {
    expect(new KeyRingFile(path, false).read()).toBeNull();
  });

  it('that others may read is refused', () => {
    new KeyRingFile(path, true).read();
    chmodSync(path, 0o640);
    expect(() => new KeyRingFile(path, true).read()).toThrow('others may read');
  });

  it('takes a new key in front and gives up old ones, and leaves no drafts', () => {
    const file = new KeyRingFile(path, true);
    const [first] = file.read()!;
    const second = file.add();
    const third = file.add();
    expect(file.read()!.map(({ kekId }) => kekId)).toEqual([third.kekId, second.kekId, first!.kekId]);
    file.remove(new Set([first!.kekId]));
    expect(file.read()!.map(({ kekId }) => kekId)).toEqual([third.kekId, second.kekId]);
    expect(readdirSync(join(directory, 'secrets'))).toEqual(['keys']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('gives up one of two keys on a line and keeps the other', () => {
    const file = new KeyRingFile(path, true);
    file.read();
    const old = 'an old master key that is quite long enough';
    const young = 'a young master key that is quite long enough';
    writeFileSync(path, `${young},${old}\n`);
    file.remove(new Set([masterKeyOf(old).kekId]));
    expect(file.read()!.map(({ kekId }) => kekId)).toEqual([masterKeyOf(young).kekId]);
  });

  it('keeps the notes that somebody wrote into it', () => {
    const file = new KeyRingFile(path, true);
    const [first] = file.read()!;
    writeFileSync(path, `# of the old machine\n${readFileSync(path, 'utf8')}`);
    file.add();
    file.remove(new Set([first!.kekId]));
    expect(readFileSync(path, 'utf8')).toContain('# of the old machine');
    expect(file.read()).toHaveLength(1);
  });
});

describe('a ring of keys', () => {
  const [old, young] = [
    'an old master key that is quite long enough',
    'a young master key that is quite long enough',
  ];

  it('is what is configured, the newest first', () => {
    const ring = KeyRing.of(Config.fromValues({ 'exchange.vault.key': `${young},${old}` }));
    expect(ring.newest()?.kekId).toBe(masterKeyOf(young).kekId);
    expect(ring.has(masterKeyOf(old).kekId)).toBe(true);
    expect(ring.has('0'.repeat(16))).toBe(false);
  });

  it('sees a key that another process added to the file', () => {
    const ring = new KeyRing(null, new KeyRingFile(path, true));
    const before = ring.newest();
    const added = new KeyRingFile(path, true).add();
    expect(ring.find(added.kekId)?.kekId).toBe(added.kekId);
    expect(ring.ids()).toEqual([added.kekId, before?.kekId]);
  });

  it('is made in the data directory where nobody shares the database, and only there', () => {
    const values = {
      'data.directory': directory,
      'exchange.vault.key': null,
      'exchange.vault.keyFile': null,
    };
    expect(KeyRing.of(Config.fromValues(values, 'production')).newest()).not.toBeNull();
    const shared = { ...values, 'database.url': 'postgres://db/x' };
    expect(KeyRing.of(Config.fromValues(shared, 'production')).newest()).toBeNull();
    expect(KeyRing.of(Config.fromValues(shared, 'development')).newest()).not.toBeNull();
  });

  it('with a short key says where it stands, and not what it is', () => {
    const ring = KeyRing.of(Config.fromValues({ 'exchange.vault.key': `${young},short1` }));
    expect(() => ring.newest()).toThrow('exchange.vault.key');
    expect(() => ring.newest()).not.toThrow('short1');
  });
});
