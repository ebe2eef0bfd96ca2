import { hash } from 'node:crypto';
import { WrongLine } from './wrong-line.js';

export const GENESIS = '0'.repeat(64);

const FRAME = `{"previousHash":"${GENESIS}","hash":"${GENESIS}","entry":`;
const PREVIOUS_AT = '{"previousHash":"'.length;
const HASH_AT = `{"previousHash":"${GENESIS}","hash":"`.length;
const [BRACE, LINE_FEED] = [125, 10];

/**
 * The hash chain over the lines of the entries, byte by byte: a line is
 * `{"previousHash":"…","hash":"…","entry":…}`, where hash = SHA-256 hex of the previous hash, a line feed, and the
 * bytes of `entry` as they stand there. So nothing is to be parsed, and nothing in the line is left unchecked.
 */
export class HashLinks {
  private current = GENESIS;
  /** How the next line has to begin; its own hash is put in before they are compared. */
  private readonly frame = Buffer.from(FRAME);
  /** The previous hash, a line feed, and the bytes of an entry. */
  private scratch = Buffer.from(`${GENESIS}\n${' '.repeat(64 * 1024)}`);

  get head(): string {
    return this.current;
  }

  set head(hex: string) {
    this.current = hex;
    this.frame.write(hex, PREVIOUS_AT, 'latin1');
    this.scratch.write(hex, 0, 'latin1');
  }

  /** The bytes of the entry, which continues the chain. @throws WrongLine */
  add(line: Buffer): Buffer {
    const { length } = line;
    const ends = line[length - 1] === LINE_FEED && line[length - 2] === BRACE;
    if (!ends || length < FRAME.length + 2) throw new WrongLine(NOT_WRITTEN_SO);
    line.copy(this.frame, HASH_AT, HASH_AT, HASH_AT + GENESIS.length);
    if (this.frame.compare(line, 0, FRAME.length) !== 0) throw new WrongLine(this.whyNot(line));
    const entry = line.subarray(FRAME.length, length - 2);
    const own = line.toString('latin1', HASH_AT, HASH_AT + GENESIS.length);
    if (this.digest(entry) !== own) throw new WrongLine('Its contents are not those that were hashed.');
    this.head = own;
    return entry;
  }

  private digest(entry: Buffer): string {
    const length = GENESIS.length + 1 + entry.length;
    if (length > this.scratch.length) {
      this.scratch = Buffer.concat([this.scratch.subarray(0, GENESIS.length + 1), Buffer.alloc(2 * length)]);
    }
    entry.copy(this.scratch, GENESIS.length + 1);
    return hash('sha256', this.scratch.subarray(0, length), 'hex');
  }

  private whyNot(line: Buffer): string {
    const frame = line.toString('latin1', 0, FRAME.length);
    const previous = frame.slice(PREVIOUS_AT, PREVIOUS_AT + GENESIS.length);
    const own = frame.slice(HASH_AT, HASH_AT + GENESIS.length);
    const isFrame = frame === `{"previousHash":"${previous}","hash":"${own}","entry":`;
    return isFrame ? 'It does not continue the entry before it.' : NOT_WRITTEN_SO;
  }
}

const NOT_WRITTEN_SO = 'It is not written as an export writes an entry.';
