import { formatScaled } from '@sextant/kernel';
import type { LiveCandle, LiveSpan } from '../../application/candles/candle-store.js';
import { TRADES_UNKNOWN } from '../../domain/candles/candle-columns.js';

/** A market goes to who asks first, and stays with him while he goes on asking. */
export const CLAIM = `
  INSERT INTO candle_recorder AS r (venue, symbol, owner, until)
  SELECT venue, symbol, $3, now() + $4::float8 * interval '1 millisecond'
  FROM unnest($1::text[], $2::text[]) AS w(venue, symbol) ORDER BY venue, symbol
  ON CONFLICT (venue, symbol) DO UPDATE SET owner = excluded.owner, until = excluded.until
  WHERE r.owner = excluded.owner OR r.until < now()
  RETURNING r.venue, r.symbol`;

/** The bars of a second in one statement: only of markets that are the owner's, and none that is closed. */
export const KEEP_LIVE = {
  name: 'candle-keep-live',
  text: `
    INSERT INTO candle_live AS l
      (series_id, open_time, open, high, low, close, volume, trades, closed, tick_size, lot_size)
    SELECT n.* FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
      $7::bigint[], $8::int[], $9::boolean[], $10::text[], $11::text[])
      AS n(series_id, open_time, open, high, low, close, volume, trades, closed, tick_size, lot_size)
    JOIN candle_series AS s ON s.series_id = n.series_id
    JOIN candle_recorder AS r ON r.venue = s.venue AND r.symbol = s.symbol AND r.owner = $12
    ON CONFLICT (series_id, open_time) DO UPDATE SET open = excluded.open, high = excluded.high,
      low = excluded.low, close = excluded.close, volume = excluded.volume, trades = excluded.trades,
      closed = excluded.closed, tick_size = excluded.tick_size, lot_size = excluded.lot_size
    WHERE NOT l.closed`,
};

export const KEEP_SPANS = {
  name: 'candle-keep-spans',
  text: `
    INSERT INTO candle_span (series_id, from_time, to_time)
    SELECT n.* FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS n(series_id, from_time, to_time)
    JOIN candle_series AS s ON s.series_id = n.series_id
    JOIN candle_recorder AS r ON r.venue = s.venue AND r.symbol = s.symbol AND r.owner = $4
    ON CONFLICT (series_id, from_time) DO UPDATE SET to_time = excluded.to_time`,
};

export function keepLiveParameters(
  candles: readonly LiveCandle[],
  ids: readonly number[],
  owner: string,
): unknown[] {
  const column = (read: (live: LiveCandle) => unknown) => candles.map(read);
  return [
    ids,
    column(({ candle }) => candle.openTime),
    column(({ candle }) => candle.openTicks),
    column(({ candle }) => candle.highTicks),
    column(({ candle }) => candle.lowTicks),
    column(({ candle }) => candle.closeTicks),
    column(({ candle }) => candle.volumeLots),
    column(({ candle }) => candle.trades ?? TRADES_UNKNOWN),
    column(({ candle }) => candle.closed),
    column(({ grid }) => formatScaled(grid.tickUnits)),
    column(({ grid }) => formatScaled(grid.lotUnits)),
    owner,
  ];
}

export function keepSpanParameters(
  spans: readonly LiveSpan[],
  ids: readonly number[],
  owner: string,
): unknown[] {
  return [ids, spans.map(({ span }) => span.from), spans.map(({ span }) => span.to), owner];
}
