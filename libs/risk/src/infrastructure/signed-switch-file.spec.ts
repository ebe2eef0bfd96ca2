import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KillSwitch } from '../domain/kill-switch.js';
import { SignedSwitchFile, SWITCH_FILE } from './signed-switch-file.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'switches-'));
});
afterEach(() => rm(directory, { recursive: true }));

const word = (switchId: string, reason = 'drill') =>
  ({ switchId, mode: 'HALT', reason, version: 1 }) as unknown as KillSwitch;
const ids = ({ words }: { words: KillSwitch[] }) => words.map(({ switchId }) => switchId);

it('passes over nothing when two readers ask at once', async () => {
  const terminal = new SignedSwitchFile(directory, 'secret');
  const process = new SignedSwitchFile(directory, 'secret');
  await terminal.append(word('ksw_1'));
  const [one, other] = await Promise.all([process.readNew(), process.readNew()]);
  expect([...ids(one), ...ids(other)]).toEqual(['ksw_1']);
  await terminal.append(word('ksw_2'));
  expect(ids(await process.readNew())).toEqual(['ksw_2']);
});

it('reads a line that ends in the middle of a letter once it is whole', async () => {
  const rejected: string[] = [];
  await new SignedSwitchFile(directory, 'secret').append(word('ksw_1', 'Überhitzt'));
  const file = path.join(directory, SWITCH_FILE);
  const whole = await readFile(file);
  const cut = whole.indexOf(Buffer.from('Ü')) + 1;
  await writeFile(file, whole.subarray(0, cut));
  const process = new SignedSwitchFile(directory, 'secret', (line) => rejected.push(line));
  expect(ids(await process.readNew())).toEqual([]);
  await appendFile(file, whole.subarray(cut));
  expect(ids(await process.readNew())).toEqual(['ksw_1']);
  expect(rejected).toEqual([]);
});
