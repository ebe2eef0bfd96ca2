const LINE_FEED = 10;
/** No entry of a ledger comes near it; a file without line feeds is not read into memory whole. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Cuts a stream of bytes into lines, each with its line feed, the last one perhaps without. */
export class LineSplitter {
  private pieces: Buffer[] = [];
  private held = 0;

  /** The lines that end in this chunk. @throws Error on a line that no ledger has */
  *push(chunk: Uint8Array): Generator<Buffer> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      yield this.whole(bytes.subarray(start, end + 1));
      start = end + 1;
    }
    if (start === bytes.length) return;
    this.pieces.push(bytes.subarray(start));
    this.held += bytes.length - start;
    if (this.held > LONGEST_LINE) throw new Error('A line of more than 16 MB: no ledger.');
  }

  /** What stands behind the last line feed. */
  *end(): Generator<Buffer> {
    if (this.held > 0) yield this.whole(Buffer.alloc(0));
  }

  private whole(last: Buffer): Buffer {
    if (this.held === 0) return last;
    const line = Buffer.concat([...this.pieces, last]);
    this.pieces = [];
    this.held = 0;
    return line;
  }
}
