import { copyOut } from '@sextant/platform';
import type { EpochMs } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import type { StoredCandles } from '../../application/candles/candle-history.js';
import { columnsOf, emptyColumns, firstFrom, sliceColumns } from '../../domain/candles/candle-columns.js';
import type { CandleColumns } from '../../domain/candles/candle-columns.js';
import { mergeCandles } from '../../domain/candles/merge-candles.js';
import type { Timeframe } from '../../domain/candles/timeframe.js';
import { blockStartOf, gridOf } from './candle-block.js';
import type { BlockPlan } from './candle-block.js';
import { ColumnSink } from './column-sink.js';

/** A range of a series that is known to the database. */
export interface SeriesRange {
  seriesId: number;
  timeframe: Timeframe;
  from: EpochMs;
  to: EpochMs;
  limit?: number;
  newest?: boolean;
}

interface PlanRow extends BlockPlan {
  at: number;
}

interface LiveRow {
  at: number;
  openTime: number;
  openTicks: number;
  highTicks: number;
  lowTicks: number;
  closeTicks: number;
  volumeLots: number;
  trades: number;
  open: boolean;
  tickSize: string;
  lotSize: string;
}

const NO_GRID = { tickUnits: 1n, lotUnits: 1n };

const RANGES = `unnest($1::int[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS r(series_id, low, high, nth)`;

const PLAN = {
  name: 'candle-plan',
  text: `
    SELECT (r.nth - 1)::int AS at, b.block_start::float8 AS "blockStart", b.bars AS count, b.layout,
      b.tick_size AS "tickSize", b.lot_size AS "lotSize"
    FROM ${RANGES}
    JOIN candle_block AS b ON b.series_id = r.series_id AND b.block_start >= r.low AND b.block_start < r.high
    ORDER BY r.nth, b.block_start`,
};

/** A bar that its recorder forgot (it died) is not open for ever. */
const LIVE = {
  name: 'candle-live',
  text: `
    SELECT (r.nth - 1)::int AS at, l.open_time::float8 AS "openTime", l.open::float8 AS "openTicks",
      l.high::float8 AS "highTicks", l.low::float8 AS "lowTicks", l.close::float8 AS "closeTicks",
      l.volume::float8 AS "volumeLots", l.trades, l.tick_size AS "tickSize", l.lot_size AS "lotSize",
      NOT l.closed AND l.open_time + s.step_ms > extract(epoch FROM now()) * 1000 - 60000 AS open
    FROM ${RANGES}
    JOIN candle_series AS s ON s.series_id = r.series_id
    JOIN candle_live AS l ON l.series_id = r.series_id AND l.open_time >= r.low AND l.open_time < r.high
    ORDER BY r.nth, l.open_time`,
};

/** All ranges in three statements, of one moment. */
export async function readCandles(
  client: PoolClient,
  ranges: readonly SeriesRange[],
): Promise<StoredCandles[]> {
  const bounds = (low: (range: SeriesRange) => number) => [
    ranges.map(({ seriesId }) => seriesId),
    ranges.map(low),
    ranges.map(({ to }) => to),
  ];
  const plan = await client.query<PlanRow>(
    PLAN,
    bounds(({ timeframe, from }) => blockStartOf(timeframe, from)),
  );
  const live = await client.query<LiveRow>(
    LIVE,
    bounds(({ from }) => from),
  );
  const wanted = ranges.map(({ seriesId, timeframe, ...range }, at): WantedBlocks => {
    const blocks = plan.rows.filter((row) => row.at === at);
    return { seriesId, timeframe, plan: needed(blocks, range), gapless: true };
  });
  const stored = await readBlocks(client, wanted);
  return ranges.map((range, at) => {
    const rows = live.rows.filter((row) => row.at === at);
    const columns = mergeCandles(liveColumns(rows), within(stored[at] as CandleColumns, range));
    return { columns: cut(columns, range), openFrom: rows.find(({ open }) => open)?.openTime ?? Infinity };
  });
}

/** Blocks of a series. */
export interface WantedBlocks {
  seriesId: number;
  timeframe: Timeframe;
  plan: readonly BlockPlan[];
  /** From the first to the last there is none but these. */
  gapless: boolean;
}

/** The blocks of each, in one copy. */
export async function readBlocks(
  client: PoolClient,
  wanted: readonly WantedBlocks[],
): Promise<CandleColumns[]> {
  const sinks = wanted.map(({ plan, timeframe }) =>
    plan.length === 0 ? null : new ColumnSink(plan, timeframe),
  );
  const runs = wanted.flatMap(runsOf);
  if (runs.length > 0) {
    const sql = `
      COPY (
        SELECT r.at::int4, b.bars, b.layout, b.first_open, b.tick_size, b.lot_size, b.data
        FROM (VALUES ${runs.join(', ')}) AS r(at, series_id, low, high)
        JOIN candle_block AS b ON b.series_id = r.series_id AND b.block_start BETWEEN r.low AND r.high
        ORDER BY r.at, b.block_start
      ) TO STDOUT (FORMAT binary)`;
    await copyOut(client, sql, (fields) => {
      const [at, count, layout, firstOpen, tickSize, lotSize, data] = fields as unknown as BlockFields;
      sinks[at.readInt32BE()]?.add({
        count: count.readInt32BE(),
        layout: layout.readInt16BE(),
        firstOpen: Number(firstOpen.readBigInt64BE()),
        ...{ tickSize: tickSize.toString(), lotSize: lotSize.toString(), data },
      });
    });
  }
  return sinks.map((sink) => sink?.columns() ?? emptyColumns(NO_GRID));
}

type BlockFields = [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];

function runsOf({ seriesId, plan, gapless }: WantedBlocks, at: number): string[] {
  const run = (low: BlockPlan, high: BlockPlan) =>
    `(${at}, ${seriesId}, ${low.blockStart}::bigint, ${high.blockStart}::bigint)`;
  const [first, last] = [plan.at(0), plan.at(-1)];
  if (first === undefined || last === undefined) return [];
  return gapless ? [run(first, last)] : plan.map((block) => run(block, block));
}

export function liveColumns(rows: readonly Omit<LiveRow, 'at' | 'open'>[]): CandleColumns {
  // The grid of a market seldom changes: nearly always this is one piece.
  const pieces: CandleColumns[] = [];
  for (let from = 0; from < rows.length;) {
    const { tickSize, lotSize } = rows[from] as LiveRow;
    let to = from + 1;
    while (rows[to]?.tickSize === tickSize && rows[to]?.lotSize === lotSize) to += 1;
    const candles = rows
      .slice(from, to)
      .map((row) => ({ ...row, closeTime: 0, closed: true, synthetic: false }));
    pieces.push(columnsOf(candles, gridOf({ tickSize, lotSize })));
    from = to;
  }
  return pieces.reduce(mergeCandles, emptyColumns(NO_GRID));
}

/** The first or last block may lie outside the range in part: so many are read that the limit is reached without it. */
function needed(
  plans: readonly PlanRow[],
  { limit, newest = false }: Pick<SeriesRange, 'limit' | 'newest'>,
): readonly PlanRow[] {
  if (limit === undefined) return plans;
  const ordered = newest ? plans.toReversed() : plans;
  let sure = 0;
  const take: PlanRow[] = [];
  for (const [nth, plan] of ordered.entries()) {
    take.push(plan);
    if (nth > 0) sure += plan.count;
    if (sure >= limit) break;
  }
  return newest ? take.toReversed() : take;
}

function within(columns: CandleColumns, { from, to }: SeriesRange): CandleColumns {
  return sliceColumns(columns, firstFrom(columns, from), firstFrom(columns, to));
}

function cut(columns: CandleColumns, { limit, newest = false }: SeriesRange): CandleColumns {
  if (limit === undefined || columns.length <= limit) return columns;
  return newest
    ? sliceColumns(columns, columns.length - limit, columns.length)
    : sliceColumns(columns, 0, limit);
}
