import { createReadStream } from 'node:fs';

const LINE_FEED = 10;
/** No entry of a ledger comes near it; a file without line feeds is not read into memory whole. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** The lines of a file (`-`: of stdin) as bytes, each with its line feed, the last one perhaps without. */
export async function* fileLines(path: string): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of path === '-' ? process.stdin : createReadStream(path)) {
    let bytes: Buffer = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED)) {
      yield bytes.subarray(0, end + 1);
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > LONGEST_LINE) throw new Error(`${path} has a line of more than 16 MB: no ledger.`);
    rest = bytes;
  }
  if (rest.length > 0) yield rest;
}
