import type { CandleColumns } from '@sextant/market-data';
import type pg from 'pg';

/** A row a candle, as they are usually kept: the same numbers, found by a primary key. */
export const candleRowTable = `
  CREATE TABLE candle_row (
    series_id integer NOT NULL, open_time bigint NOT NULL, open bigint NOT NULL, high bigint NOT NULL,
    low bigint NOT NULL, close bigint NOT NULL, volume bigint NOT NULL, trades integer NOT NULL,
    PRIMARY KEY (series_id, open_time))`;

/** Field count, a length before each field, and 4 + 6 × 8 + 4 bytes of fields. */
const ROW_BYTES = 2 + 8 * 4 + 56;
const ROWS_A_CHUNK = 700;

/** What is sent between the header and the end of a binary COPY of the rows, in messages of about 64 kB. */
function* chunksOf(columns: CandleColumns): Generator<Buffer> {
  for (let from = 0; from < columns.length; from += ROWS_A_CHUNK) {
    const to = Math.min(columns.length, from + ROWS_A_CHUNK);
    const chunk = Buffer.allocUnsafe((to - from) * ROW_BYTES);
    let at = 0;
    const int32 = (value: number): void => {
      chunk.writeInt32BE(4, at);
      chunk.writeInt32BE(value, at + 4);
      at += 8;
    };
    const int64 = (value: number): void => {
      chunk.writeInt32BE(8, at);
      chunk.writeInt32BE(Math.floor(value / 2 ** 32), at + 4);
      chunk.writeUInt32BE(value % 2 ** 32, at + 8);
      at += 12;
    };
    for (let row = from; row < to; row += 1) {
      at = chunk.writeInt16BE(8, at);
      int32(1);
      int64(columns.openTime[row] as number);
      int64(columns.openTicks[row] as number);
      int64(columns.highTicks[row] as number);
      int64(columns.lowTicks[row] as number);
      int64(columns.closeTicks[row] as number);
      int64(columns.volumeLots[row] as number);
      int32(columns.trades[row] as number);
    }
    yield chunk;
  }
}

interface Connection {
  stream: { write(bytes: Buffer): boolean; once(event: 'drain', listener: () => void): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Copies the rows in, as quickly as that goes from Node: no object and no message a row. */
export function copyRows(client: pg.Client, columns: CandleColumns): Promise<void> {
  return new Promise((resolve, reject) => {
    const header = Buffer.concat([Buffer.from('PGCOPY\n\u{ff}\r\n\0', 'latin1'), Buffer.alloc(8)]);
    const send = (connection: Connection, chunks: Generator<Buffer>): void => {
      // Not `for … of`: leaving it would end the chunks.
      for (let next = chunks.next(); !next.done; next = chunks.next()) {
        connection.sendCopyFromChunk(next.value);
        if (connection.stream.write(Buffer.alloc(0))) continue;
        connection.stream.once('drain', () => send(connection, chunks));
        return;
      }
      connection.sendCopyFromChunk(Buffer.from([0xff, 0xff]));
      connection.endCopyFrom();
    };
    const copy = {
      submit: (connection: unknown) =>
        (connection as Connection).query('COPY candle_row FROM STDIN (FORMAT binary)'),
      handleCopyInResponse: (connection: Connection) => {
        connection.sendCopyFromChunk(header);
        send(connection, chunksOf(columns));
      },
      handleCommandComplete: () => undefined,
      handleError: reject,
      handleReadyForQuery: () => resolve(),
    };
    client.query(copy);
  });
}
