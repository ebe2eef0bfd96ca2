import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileLines } from './file-lines.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sextant-lines-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function linesOf(content: string | Uint8Array): Promise<string[]> {
  const file = path.join(folder, 'lines');
  writeFileSync(file, content);
  const lines: string[] = [];
  for await (const line of fileLines(file)) lines.push(Buffer.from(line).toString('latin1'));
  return lines;
}

it('keeps the line feeds, and the last line without one', async () => {
  expect(await linesOf('a\n\nb\r\nc')).toEqual(['a\n', '\n', 'b\r\n', 'c']);
  expect(await linesOf('')).toEqual([]);
});

it('puts lines together that the file system hands out in pieces', async () => {
  const long = 'é'.repeat(70_000);
  const lines = await linesOf(`${long}\nshort\n${long}`);
  expect(lines.map((line) => line.length)).toEqual([140_001, 6, 140_000]);
});

it('refuses to read a file without lines into memory', async () => {
  await expect(linesOf(new Uint8Array(17 * 1024 * 1024))).rejects.toThrow('more than 16 MB');
});

it('says which file is not there', async () => {
  const reading = fileLines(path.join(folder, 'none')).next();
  await expect(reading).rejects.toThrow(/no such file.*none/);
});
