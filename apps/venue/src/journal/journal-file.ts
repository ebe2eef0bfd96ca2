import { closeSync, existsSync, ftruncateSync, openSync, readSync } from 'node:fs';

const BLOCK = 1 << 20;
const NEWLINE = 10;

/** The whole lines of a file, one by one, whatever its size; what stands after the last newline is not a line. */
export function* linesOf(file: string): Generator<{ readonly text: string; readonly end: number }> {
  if (!existsSync(file)) return;
  const descriptor = openSync(file, 'r');
  const block = Buffer.allocUnsafe(BLOCK);
  let rest: Buffer = Buffer.alloc(0);
  let end = 0;
  try {
    for (let read = readSync(descriptor, block); read > 0; read = readSync(descriptor, block)) {
      const bytes = Buffer.concat([rest, block.subarray(0, read)]);
      let start = 0;
      for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, start)) {
        end += at + 1 - start;
        yield { text: bytes.toString('utf8', start, at), end };
        start = at + 1;
      }
      rest = bytes.subarray(start);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Opens for appending after `end`, where the last whole line ends. */
export function openAt(file: string, end: number): number {
  const descriptor = openSync(file, 'a+', 0o600);
  ftruncateSync(descriptor, end);
  return descriptor;
}
