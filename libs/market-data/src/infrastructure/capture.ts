import { createReadStream, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** A recorded frame: when it was received, in milliseconds, and the venue's text. */
export interface CapturedFrame {
  receivedMs: number;
  text: string;
}

/** The longest line there is: a book snapshot of 1,000 levels a side has 60 kB. */
const LONGEST_LINE = 4_000_000;

/**
 * Reads a capture line by line as it is unpacked: memory holds one chunk, whatever the length of the recording.
 * A line is `receiveTimeNs json`; one of another form ends the reading with an error.
 */
export async function* readCapture(file: string): AsyncGenerator<CapturedFrame> {
  const packed = createReadStream(file);
  const unpacked = packed.pipe(createGunzip());
  packed.once('error', (error) => unpacked.destroy(error));
  const lines = createInterface({ input: unpacked, crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      const space = line.indexOf(' ');
      const receivedMs = Number(line.slice(0, space)) / 1e6;
      if (space < 1 || !Number.isFinite(receivedMs) || line.length > LONGEST_LINE) {
        throw new Error(`${file}: not a capture`);
      }
      yield { receivedMs, text: line.slice(space + 1) };
    }
  } finally {
    lines.close();
    packed.destroy();
    unpacked.destroy();
  }
}

/** The capture that ships with the platform: it stays in the source tree, beside its attribution. */
export function shippedCapture(): string {
  const name = join('libs', 'market-data', 'replay', 'binance_spot_BTCUSDT_20240808.jsonl.gz');
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, name);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) throw new Error(`${name} is missing`);
  }
}
