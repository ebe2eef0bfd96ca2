import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['candle_series', 'candle_block', 'candle_live', 'candle_span', 'candle_recorder'];

/**
 * Candles: columnar blocks of history, a row for each live bar, what was listened to, who records, and a view over both.
 * Nothing of it belongs to a tenant; the reader has no business with it.
 */
export class CreateCandles1763701800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SERIES);
    await queryRunner.query(BLOCKS);
    // Packing would cost more time than reading the bytes.
    await queryRunner.query('ALTER TABLE candle_block ALTER COLUMN data SET STORAGE EXTERNAL');
    await queryRunner.query(LIVE);
    await queryRunner.query(SPANS);
    await queryRunner.query(RECORDERS);
    await queryRunner.query(COUNT_AT);
    await queryRunner.query(VIEW);
    for (const name of [...TABLES, 'candle']) {
      await queryRunner.query(`REVOKE ALL ON ${name} FROM PUBLIC, sextant_writer, sextant_reader`);
    }
    for (const name of TABLES) {
      await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${name} TO sextant_writer`);
    }
    await queryRunner.query('GRANT SELECT ON candle TO sextant_writer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP VIEW candle');
    await queryRunner.query('DROP FUNCTION candle_count(bytea, bigint, boolean)');
    for (const name of TABLES.toReversed()) await queryRunner.query(`DROP TABLE ${name}`);
  }
}

const SERIES = `
  CREATE TABLE candle_series (
    series_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    venue     text COLLATE "C" NOT NULL,
    symbol    text COLLATE "C" NOT NULL,
    interval  text COLLATE "C" NOT NULL,
    source    text COLLATE "C" NOT NULL CHECK (source IN ('VENUE', 'IMPORT', 'TRADES')),
    step_ms   bigint NOT NULL,
    UNIQUE (venue, symbol, interval, source)
  )`;

/** Times are epoch milliseconds. `layout`: 1 times, 2 wide prices, 4 wide volume, 8 trades, 16 short ones. */
const BLOCKS = `
  CREATE TABLE candle_block (
    series_id   integer NOT NULL REFERENCES candle_series,
    block_start bigint NOT NULL,
    bars        integer NOT NULL CHECK (bars > 0),
    first_open  bigint NOT NULL,
    last_open   bigint NOT NULL,
    layout      smallint NOT NULL,
    tick_size   text COLLATE "C" NOT NULL,
    lot_size    text COLLATE "C" NOT NULL,
    data        bytea NOT NULL,
    PRIMARY KEY (series_id, block_start)
  )`;

const LIVE = `
  CREATE TABLE candle_live (
    series_id integer NOT NULL REFERENCES candle_series,
    open_time bigint NOT NULL,
    open      bigint NOT NULL,
    high      bigint NOT NULL,
    low       bigint NOT NULL,
    close     bigint NOT NULL,
    volume    bigint NOT NULL,
    trades    integer NOT NULL,
    closed    boolean NOT NULL,
    tick_size text COLLATE "C" NOT NULL,
    lot_size  text COLLATE "C" NOT NULL,
    PRIMARY KEY (series_id, open_time)
  ) WITH (fillfactor = 70)`;

const SPANS = `
  CREATE TABLE candle_span (
    series_id integer NOT NULL REFERENCES candle_series,
    from_time bigint NOT NULL,
    to_time   bigint NOT NULL CHECK (to_time >= from_time),
    PRIMARY KEY (series_id, from_time)
  ) WITH (fillfactor = 70)`;

const RECORDERS = `
  CREATE TABLE candle_recorder (
    venue  text COLLATE "C" NOT NULL,
    symbol text COLLATE "C" NOT NULL,
    owner  text COLLATE "C" NOT NULL,
    until  timestamptz NOT NULL,
    PRIMARY KEY (venue, symbol)
  )`;

const byte = (nth: number): string => `get_byte(data, at::int + ${nth})`;
const bits = [0, 1, 2, 3, 4, 5, 6, 7].map((nth) => `(${byte(nth)}::bigint << ${8 * nth})`).join(' | ');

/** The number at a byte: 32 bits, or a double that is a whole number below 2^53. Little-endian. */
const COUNT_AT = `
  CREATE FUNCTION candle_count(data bytea, at bigint, wide boolean) RETURNS bigint
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN NOT wide THEN
      (${byte(0)} | (${byte(1)} << 8) | (${byte(2)} << 16) | (${byte(3)} << 24))::bigint
    ELSE (
      SELECT CASE WHEN bits = 0 THEN 0
        ELSE ((bits & 4503599627370495) | 4503599627370496) >> (1075 - (bits >> 52)::int) END
      FROM (SELECT ${bits} AS bits OFFSET 0) AS double)
    END
  $$`;

const SHOWN = `
  s.venue, s.symbol, s.interval, s.source, to_timestamp(c.open_time / 1000.0) AS open_time,
  trim_scale(c.open * c.tick_size::numeric) AS open, trim_scale(c.high * c.tick_size::numeric) AS high,
  trim_scale(c.low * c.tick_size::numeric) AS low, trim_scale(c.close * c.tick_size::numeric) AS close,
  trim_scale(c.volume * c.lot_size::numeric) AS volume, nullif(c.trades, -1) AS trades, c.closed`;

const VIEW = `
  CREATE VIEW candle AS
  SELECT ${SHOWN} FROM candle_series AS s JOIN candle_live AS c USING (series_id)
  UNION ALL
  SELECT ${SHOWN}
  FROM candle_series AS s
  JOIN candle_block AS b USING (series_id)
  CROSS JOIN LATERAL (SELECT 4 * (b.layout & 1)::bigint * b.bars AS times,
    CASE WHEN b.layout & 2 = 0 THEN 4 ELSE 8 END::bigint AS size,
    CASE WHEN b.layout & 4 = 0 THEN 4 ELSE 8 END::bigint AS lots) AS widths
  CROSS JOIN LATERAL (SELECT times AS prices, times + 4 * size * b.bars AS volumes) AS places
  -- Fetched once a block, not once a number.
  CROSS JOIN LATERAL (SELECT b.data || ''::bytea AS data OFFSET 0) AS d
  CROSS JOIN LATERAL (
    SELECT
      b.first_open + CASE WHEN times > 0 THEN candle_count(d.data, 4 * n, false) * 1000 ELSE n * s.step_ms END
        AS open_time,
      candle_count(d.data, prices + size * n, size = 8) AS open,
      candle_count(d.data, prices + size * (n + b.bars), size = 8) AS high,
      candle_count(d.data, prices + size * (n + 2 * b.bars), size = 8) AS low,
      candle_count(d.data, prices + size * (n + 3 * b.bars), size = 8) AS close,
      candle_count(d.data, volumes + lots * n, lots = 8) AS volume,
      CASE WHEN b.layout & 8 = 0 THEN -1
        WHEN b.layout & 16 = 0 THEN candle_count(d.data, volumes + lots * b.bars + 4 * n, false)
        ELSE get_byte(d.data, (volumes + lots * b.bars + 2 * n)::int)
          + 256 * get_byte(d.data, (volumes + lots * b.bars + 2 * n)::int + 1) END::int AS trades,
      true AS closed, b.tick_size, b.lot_size
    FROM generate_series(0::bigint, b.bars - 1) AS n
  ) AS c`;
