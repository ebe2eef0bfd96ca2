import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { PoolClient, Submittable } from 'pg';

/** A field of a row in PostgreSQL's binary form, as it lies in the message; null is NULL. */
export type CopyField = Buffer | null;

const SIGNATURE = Buffer.from('PGCOPY\n\u{ff}\r\n\0', 'latin1');
const HEADER_BYTES = SIGNATURE.length + 8;
const END_OF_ROWS = -1;
const COPY_DATA = 'd'.charCodeAt(0);

/** As much of pg's connection as a copy speaks to. */
interface CopyConnection {
  stream: Socket;
  query(text: string): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/**
 * Runs `COPY … TO STDOUT (FORMAT binary)`. The fields of a row are views into the connection's buffer and are
 * overwritten after `onRow` returns: whoever keeps them copies them.
 */
export function copyOut(
  client: PoolClient,
  sql: string,
  onRow: (fields: readonly CopyField[]) => void,
): Promise<number> {
  return submit(client, (done) => new CopyOut(sql, onRow, done));
}

/** Runs `COPY … FROM STDIN (FORMAT binary)` with these rows; each is asked for when the one before is on its way. */
export function copyIn(
  client: PoolClient,
  sql: string,
  rows: Iterable<readonly CopyField[]>,
): Promise<number> {
  return submit(client, (done) => new CopyIn(sql, rows, done));
}

type Done = (error: Error | null, rows: number) => void;

function submit(client: PoolClient, make: (done: Done) => Submittable): Promise<number> {
  return new Promise((resolve, reject) => {
    client.query(make((error, rows) => (error === null ? resolve(rows) : reject(error))));
  });
}

/** What both directions have in common; pg calls these as messages come. */
abstract class Copy implements Submittable {
  protected failure: Error | null = null;
  private copied = 0;

  constructor(
    private readonly sql: string,
    private readonly done: Done,
  ) {}

  submit(connection: unknown): void {
    (connection as CopyConnection).query(this.sql);
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.copied = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
  }

  handleError(error: Error): void {
    this.failure = error;
    this.done(error, 0);
  }

  handleReadyForQuery(): void {
    this.done(this.failure, this.copied);
  }
}

class CopyOut extends Copy {
  private begun = false;

  constructor(
    sql: string,
    private readonly onRow: (fields: readonly CopyField[]) => void,
    done: Done,
  ) {
    super(sql, done);
  }

  /** The server sends a message a row; the header comes with the first. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.failure !== null) return;
    try {
      const at = this.begun ? 0 : HEADER_BYTES;
      this.begun = true;
      if (chunk.length > at) this.take(chunk, at);
    } catch (error) {
      // What is thrown here would end the connection and with it the process: it is told at the end of the copy.
      this.failure = error as Error;
    }
  }

  private take(chunk: Buffer, start: number): void {
    const count = chunk.readInt16BE(start);
    if (count === END_OF_ROWS) return;
    const fields = new Array<CopyField>(count);
    let at = start + 2;
    for (let field = 0; field < count; field += 1) {
      const length = chunk.readInt32BE(at);
      at += 4;
      fields[field] = length < 0 ? null : chunk.subarray(at, at + length);
      at += Math.max(0, length);
    }
    this.onRow(fields);
  }
}

class CopyIn extends Copy {
  private thrown: Error | null = null;

  constructor(
    sql: string,
    private readonly rows: Iterable<readonly CopyField[]>,
    done: Done,
  ) {
    super(sql, done);
  }

  override handleError(error: Error): void {
    super.handleError(this.thrown ?? error);
  }

  handleCopyInResponse(connection: unknown): void {
    void this.send(connection as CopyConnection);
  }

  private async send(connection: CopyConnection): Promise<void> {
    const { stream } = connection;
    try {
      stream.write(message([SIGNATURE, Buffer.alloc(8)]));
      for (const row of this.rows) {
        if (this.failure !== null || stream.destroyed) return;
        if (!stream.write(message(rowParts(row)))) await drained(stream);
      }
      stream.write(message([int16(END_OF_ROWS)]));
      connection.endCopyFrom();
    } catch (error) {
      this.thrown = error as Error;
      connection.sendCopyFail((error as Error).message.slice(0, 200));
    }
  }
}

/** A connection that ends meanwhile never drains. */
async function drained(stream: Socket): Promise<void> {
  const either = new AbortController();
  const { signal } = either;
  try {
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]);
  } finally {
    either.abort();
  }
}

function rowParts(row: readonly CopyField[]): Buffer[] {
  const parts = [int16(row.length)];
  for (const field of row) {
    parts.push(int32(field === null ? -1 : field.length));
    if (field !== null) parts.push(field);
  }
  return parts;
}

function message(parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = Buffer.allocUnsafe(5 + length);
  whole[0] = COPY_DATA;
  whole.writeInt32BE(4 + length, 1);
  let at = 5;
  for (const part of parts) at += part.copy(whole, at);
  return whole;
}

/** Fields of a row for `copyIn`, by the type of their column. */
export const copyField = { int16, int32, int64, text };

function int16(value: number): Buffer {
  const field = Buffer.allocUnsafe(2);
  field.writeInt16BE(value);
  return field;
}

function int32(value: number): Buffer {
  const field = Buffer.allocUnsafe(4);
  field.writeInt32BE(value);
  return field;
}

function int64(value: number): Buffer {
  const field = Buffer.allocUnsafe(8);
  field.writeBigInt64BE(BigInt(value));
  return field;
}

function text(value: string): Buffer {
  return Buffer.from(value, 'utf8');
}
