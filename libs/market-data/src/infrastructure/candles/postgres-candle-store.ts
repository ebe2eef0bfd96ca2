import type { EpochMs } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { CandleRange, CandleSeries, StoredCandles } from '../../application/candles/candle-history.js';
import { CandleStore } from '../../application/candles/candle-store.js';
import type { LiveCandle, LiveSpan, Market } from '../../application/candles/candle-store.js';
import { emptyColumns } from '../../domain/candles/candle-columns.js';
import type { CandleColumns } from '../../domain/candles/candle-columns.js';
import type { Span } from '../../domain/candles/spans.js';
import { Timeframe } from '../../domain/candles/timeframe.js';
import type { TimeframeName } from '../../domain/candles/timeframe.js';
import { CLAIM, keepLiveParameters, KEEP_LIVE, KEEP_SPANS, keepSpanParameters } from './live-statements.js';
import { liveColumns, readCandles } from './read-candles.js';
import type { SeriesRange } from './read-candles.js';
import { SeriesIds } from './series-ids.js';
import { lockSeries, writeCandles } from './write-candles.js';

const NONE: StoredCandles = { columns: emptyColumns({ tickUnits: 1n, lotUnits: 1n }), openFrom: Infinity };

/** One process seals at a time; another one has nothing to do meanwhile. */
const SEAL_LOCK = 0x73_65_61_6c;

const SPANS = `
  SELECT (r.nth - 1)::int AS at, c.from_time::float8 AS "from", c.to_time::float8 AS "to"
  FROM unnest($1::int[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS r(series_id, low, high, nth)
  JOIN candle_span AS c ON c.series_id = r.series_id AND c.to_time > r.low AND c.from_time < r.high
  ORDER BY r.nth, c.from_time`;

const ADD_SPANS = `
  INSERT INTO candle_span (series_id, from_time, to_time)
  SELECT $1, low, high FROM unnest($2::bigint[], $3::bigint[]) AS s(low, high)
  ON CONFLICT (series_id, from_time) DO UPDATE SET to_time = greatest(candle_span.to_time, excluded.to_time)`;

const TO_SEAL = `
  SELECT open_time::float8 AS "openTime", open::float8 AS "openTicks", high::float8 AS "highTicks",
    low::float8 AS "lowTicks", close::float8 AS "closeTicks", volume::float8 AS "volumeLots", trades,
    tick_size AS "tickSize", lot_size AS "lotSize"
  FROM candle_live WHERE series_id = $1 AND open_time < $2 ORDER BY open_time`;

const FORGET = `
  WITH old AS (SELECT series_id, step_ms FROM candle_series WHERE interval = $1 AND source = 'TRADES'),
  spans AS (DELETE FROM candle_span AS c USING old WHERE c.series_id = old.series_id AND c.to_time <= $2),
  blocks AS (
    DELETE FROM candle_block AS b USING old
    WHERE b.series_id = old.series_id AND b.last_open + old.step_ms <= $2 RETURNING b.bars)
  SELECT coalesce(sum(bars), 0)::int AS bars FROM blocks`;

/** Candles in PostgreSQL: blocks of columns for what is closed, rows for what is live. */
export class PostgresCandleStore extends CandleStore {
  private readonly ids: SeriesIds;

  constructor(private readonly database: Database) {
    super();
    this.ids = new SeriesIds(database);
  }

  series(venue: string, symbol: string): Promise<CandleSeries[]> {
    return this.database.query<CandleSeries>(
      'SELECT venue, symbol, interval, source FROM candle_series WHERE venue = $1 AND symbol = $2',
      [venue, symbol],
    );
  }

  async read(ranges: readonly CandleRange[]): Promise<StoredCandles[]> {
    return this.known(ranges, NONE, (client, known) => readCandles(client, known));
  }

  async covered(ranges: readonly CandleRange[]): Promise<Span[][]> {
    return this.known(ranges, [], async (client, known) => {
      const bounds = [
        known.map((each) => each.seriesId),
        known.map(({ from }) => from),
        known.map(({ to }) => to),
      ];
      const { rows } = await client.query<Span & { at: number }>(SPANS, bounds);
      return known.map((_, at) => rows.filter((row) => row.at === at).map(({ from, to }) => ({ from, to })));
    });
  }

  async write(series: CandleSeries, columns: CandleColumns, spans: readonly Span[]): Promise<void> {
    const seriesId = await this.ids.make(series);
    await this.database.transaction(async (client) => {
      await lockSeries(client, seriesId);
      await writeCandles(client, seriesId, Timeframe.of(series.interval), columns);
      if (spans.length === 0) return;
      await client.query(ADD_SPANS, [seriesId, spans.map(({ from }) => from), spans.map(({ to }) => to)]);
    });
  }

  claim(markets: readonly Market[], owner: string, forMs: number): Promise<Market[]> {
    if (markets.length === 0) return Promise.resolve([]);
    const names = [markets.map(({ venue }) => venue), markets.map(({ symbol }) => symbol)];
    return this.database.query<Market>(CLAIM, [...names, owner, forMs]);
  }

  async keepLive(candles: readonly LiveCandle[], spans: readonly LiveSpan[], owner: string): Promise<void> {
    const ids = await this.ids.makeAll([...candles, ...spans].map(({ series }) => series));
    const [ofCandles, ofSpans] = [ids.slice(0, candles.length), ids.slice(candles.length)];
    if (candles.length > 0)
      await this.database.query(KEEP_LIVE, keepLiveParameters(candles, ofCandles, owner));
    if (spans.length > 0) await this.database.query(KEEP_SPANS, keepSpanParameters(spans, ofSpans, owner));
  }

  async seal(time: EpochMs): Promise<number> {
    const due = await this.database.query<{ seriesId: number; interval: TimeframeName }>(
      `SELECT s.series_id AS "seriesId", s.interval FROM candle_series AS s
       WHERE EXISTS (SELECT FROM candle_live AS l WHERE l.series_id = s.series_id AND l.open_time < $1)`,
      [time],
    );
    let sealed = 0;
    for (const { seriesId, interval } of due) {
      const moved = await this.database.transaction((client) =>
        sealSeries(client, seriesId, Timeframe.of(interval), time),
      );
      if (moved === null) break;
      sealed += moved;
    }
    return sealed;
  }

  async forget(interval: TimeframeName, time: EpochMs): Promise<number> {
    const [row] = await this.database.query<{ bars: number }>(FORGET, [interval, time]);
    return row?.bars ?? 0;
  }

  /** Runs `read` over the ranges whose series exist, and puts `none` in the place of the others. */
  private async known<T>(
    ranges: readonly CandleRange[],
    none: T,
    read: (client: PoolClient, known: readonly SeriesRange[]) => Promise<T[]>,
  ): Promise<T[]> {
    const ids = await this.ids.find(ranges.map(({ series }) => series));
    const known = ranges.flatMap((range, at): SeriesRange[] => {
      const seriesId = ids[at];
      if (seriesId === undefined) return [];
      return [{ ...range, seriesId, timeframe: Timeframe.of(range.series.interval) }];
    });
    if (known.length === 0) return ranges.map(() => none);
    const found = await this.database.transaction(async (client) => {
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return read(client, known);
    });
    let next = 0;
    return ids.map((id) => (id === undefined ? none : (found[next++] as T)));
  }
}

/** Null when another process does it. */
async function sealSeries(
  client: PoolClient,
  seriesId: number,
  timeframe: Timeframe,
  time: EpochMs,
): Promise<number | null> {
  const { rows: locks } = await client.query<{ mine: boolean }>(
    'SELECT pg_try_advisory_xact_lock($1) AS mine',
    [SEAL_LOCK],
  );
  if (locks[0]?.mine !== true) return null;
  await lockSeries(client, seriesId);
  const { rows } = await client.query<Parameters<typeof liveColumns>[0][number]>(TO_SEAL, [seriesId, time]);
  await writeCandles(client, seriesId, timeframe, liveColumns(rows));
  await client.query('DELETE FROM candle_live WHERE series_id = $1 AND open_time < $2', [seriesId, time]);
  return rows.length;
}
