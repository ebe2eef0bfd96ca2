import { hash } from 'node:crypto';
import { WrongLine } from './wrong-line.js';

export const GENESIS = '0'.repeat(64);

const PREVIOUS_AT = '{"previousHash":"'.length;
const HASH_AT = `{"previousHash":"${GENESIS}","hash":"`.length;
const ENTRY_AT = `{"previousHash":"${GENESIS}","hash":"${GENESIS}","entry":`.length;
const LINE_FEED = 10;

/**
 * The hash chain over the lines of the entries, byte by byte: a line is
 * `{"previousHash":"…","hash":"…","entry":…}`, where hash = SHA-256 hex of the previous hash, a line feed, and the
 * bytes of `entry` as they stand there. So nothing is to be parsed, and nothing in the line is left unchecked.
 */
export class HashLinks {
  head = GENESIS;
  private scratch = Buffer.alloc(64 * 1024);

  /** The bytes of the entry, which continues the chain. @throws WrongLine */
  add(line: Buffer): Buffer {
    const frame = line.toString('latin1', 0, ENTRY_AT);
    const own = frame.slice(HASH_AT, HASH_AT + GENESIS.length);
    if (
      line.length <= ENTRY_AT + 2 ||
      line.toString('latin1', line.length - 2) !== '}\n' ||
      !isFrame(frame, own)
    ) {
      throw new WrongLine('It is not written as an export writes an entry.');
    }
    if (!frame.startsWith(`{"previousHash":"${this.head}"`)) {
      throw new WrongLine('It does not continue the entry before it.');
    }
    const entry = line.subarray(ENTRY_AT, line.length - 2);
    if (this.digest(entry) !== own) throw new WrongLine('Its contents are not those that were hashed.');
    this.head = own;
    return entry;
  }

  private digest(entry: Buffer): string {
    const length = GENESIS.length + 1 + entry.length;
    if (length > this.scratch.length) this.scratch = Buffer.alloc(2 * length);
    this.scratch.write(this.head, 'latin1');
    this.scratch[GENESIS.length] = LINE_FEED;
    entry.copy(this.scratch, GENESIS.length + 1);
    return hash('sha256', this.scratch.subarray(0, length), 'hex');
  }
}

function isFrame(frame: string, own: string): boolean {
  const previous = frame.slice(PREVIOUS_AT, PREVIOUS_AT + GENESIS.length);
  return frame === `{"previousHash":"${previous}","hash":"${own}","entry":`;
}
