import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { CandleText } from './columns-from-text.js';

const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'fixtures');

/** Recorded candles of an exchange, oldest first; see `fixtures/ATTRIBUTION.md`. */
export function recordedCandles(name: string, shiftMs = 0): CandleText[] {
  return readCandles(join(FIXTURES, `${name}.csv.gz`), shiftMs);
}

/** The same of a file that may not be there: more recordings than the repository may hold. */
export function candlesIfPresent(file: string): CandleText[] | null {
  return existsSync(file) ? readCandles(file, 0) : null;
}

function readCandles(file: string, shiftMs: number): CandleText[] {
  const [, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => {
    const [time, open, high, low, close, volume] = line.split(',') as [string, ...string[]];
    return {
      openTime: Number(time) + shiftMs,
      ...{ open, high, low, close, volume },
      trades: null,
    } as CandleText;
  });
}
