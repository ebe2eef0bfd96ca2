import { copyField, copyIn } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { CandleColumns } from '../../domain/candles/candle-columns.js';
import { mergeCandles } from '../../domain/candles/merge-candles.js';
import type { Timeframe } from '../../domain/candles/timeframe.js';
import { blocksOf, cutsOf } from './candle-block.js';
import type { BlockPlan, CandleBlock } from './candle-block.js';
import { readBlocks } from './read-candles.js';

/** First key of the advisory locks of series; the second is the series. */
const SERIES_LOCK = 0x63_61_6e_64;

const COPY = `COPY candle_block (series_id, block_start, bars, first_open, last_open, layout, tick_size, lot_size, data)
  FROM STDIN (FORMAT binary)`;

const KNOWN = `
  SELECT block_start::float8 AS "blockStart", bars AS count, layout, tick_size AS "tickSize", lot_size AS "lotSize"
  FROM candle_block WHERE series_id = $1 AND block_start = ANY ($2::bigint[]) ORDER BY block_start`;

/** One writer of a series at a time, until the transaction ends. */
export async function lockSeries(client: PoolClient, seriesId: number): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1, $2)', [SERIES_LOCK, seriesId]);
}

/** Puts candles into blocks; one that opens when a stored one does takes its place. The series must be locked. */
export async function writeCandles(
  client: PoolClient,
  seriesId: number,
  timeframe: Timeframe,
  columns: CandleColumns,
): Promise<void> {
  if (columns.length === 0) return;
  const starts = cutsOf(columns, timeframe).map(({ blockStart }) => blockStart);
  const { rows } = await client.query<BlockPlan>(KNOWN, [seriesId, starts]);
  const [stored] = await readBlocks(client, [{ seriesId, timeframe, plan: rows, gapless: false }]);
  const whole = mergeCandles(columns, stored as CandleColumns);
  if (rows.length > 0) {
    await client.query('DELETE FROM candle_block WHERE series_id = $1 AND block_start = ANY ($2::bigint[])', [
      ...[seriesId, rows.map(({ blockStart }) => blockStart)],
    ]);
  }
  await copyIn(client, COPY, rowsOf(seriesId, blocksOf(whole, timeframe)));
}

function* rowsOf(seriesId: number, blocks: Iterable<CandleBlock>): Generator<Buffer[]> {
  const id = copyField.int32(seriesId);
  for (const block of blocks) {
    yield [
      id,
      copyField.int64(block.blockStart),
      copyField.int32(block.count),
      copyField.int64(block.firstOpen),
      copyField.int64(block.lastOpen),
      copyField.int16(block.layout),
      copyField.text(block.tickSize),
      copyField.text(block.lotSize),
      block.data,
    ];
  }
}
