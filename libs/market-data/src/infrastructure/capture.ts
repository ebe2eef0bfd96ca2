import { createReadStream, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** A recorded frame: when it was received, in milliseconds, and the venue's text. */
export interface CapturedFrame {
  receivedMs: number;
  text: string;
}

/** The recording is missing, damaged, or none. */
export class CaptureUnreadable extends Error {
  constructor(file: string, cause: unknown) {
    super(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'CaptureUnreadable';
  }
}

/** The longest line there is: a book snapshot of 1,000 levels a side has 60 kB. */
const LONGEST_LINE = 4_000_000;

/**
 * Reads a capture line by line as it is unpacked: memory holds one chunk, whatever the length of the recording.
 * A line is `receiveTimeNs json`.
 * @throws CaptureUnreadable
 */
export async function* readCapture(file: string): AsyncGenerator<CapturedFrame> {
  const packed = createReadStream(file);
  const unpacked = packed.pipe(createGunzip());
  packed.once('error', (error) => unpacked.destroy(error));
  const lines = createInterface({ input: unpacked, crlfDelay: Infinity })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const line = await nextLine(file, lines, unpacked);
      if (line === null) return;
      yield frameOf(file, line);
    }
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
}

/** Null at the end. Readline ends quietly where its input broke off, so that is asked as well. */
async function nextLine(file: string, lines: AsyncIterator<string>, input: Readable): Promise<string | null> {
  try {
    const next = await lines.next();
    if (input.errored) throw input.errored;
    return next.done ? null : next.value;
  } catch (error) {
    throw new CaptureUnreadable(file, error);
  }
}

function frameOf(file: string, line: string): CapturedFrame {
  const space = line.indexOf(' ');
  const receivedMs = Number(line.slice(0, space)) / 1e6;
  if (space < 1 || !Number.isFinite(receivedMs) || line.length > LONGEST_LINE) {
    throw new CaptureUnreadable(file, 'a line that is not `time json`');
  }
  return { receivedMs, text: line.slice(space + 1) };
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
