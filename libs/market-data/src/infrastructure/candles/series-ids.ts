import type { Database } from '@sextant/platform';
import type { CandleSeries } from '../../application/candles/candle-history.js';
import { Timeframe } from '../../domain/candles/timeframe.js';

const COLUMNS = `unnest($1::text[], $2::text[], $3::text[], $4::text[])`;

const FIND = `
  SELECT s.series_id AS id, s.venue, s.symbol, s.interval, s.source
  FROM ${COLUMNS} AS w(venue, symbol, interval, source) JOIN candle_series AS s USING (venue, symbol, interval, source)`;

const MAKE = `
  INSERT INTO candle_series (venue, symbol, interval, source, step_ms)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[]) ON CONFLICT DO NOTHING`;

type Row = CandleSeries & { id: number };

/** The numbers of series; they never change, so each is asked for once. */
export class SeriesIds {
  private readonly known = new Map<string, number>();

  constructor(private readonly database: Database) {}

  /** Undefined for a series that is not kept. */
  async find(series: readonly CandleSeries[]): Promise<(number | undefined)[]> {
    const unknown = series.filter((each) => !this.known.has(keyOf(each)));
    if (unknown.length > 0) {
      for (const row of await this.database.query<Row>(FIND, namesOf(unknown)))
        this.known.set(keyOf(row), row.id);
    }
    return series.map((each) => this.known.get(keyOf(each)));
  }

  /** Begins what is not kept yet. */
  async makeAll(series: readonly CandleSeries[]): Promise<number[]> {
    const unknown = series.filter((each) => !this.known.has(keyOf(each)));
    if (unknown.length > 0) {
      const steps = unknown.map(({ interval }) => Timeframe.of(interval).sizeMs ?? 0);
      await this.database.query(MAKE, [...namesOf(unknown), steps]);
    }
    return (await this.find(series)) as number[];
  }

  async make(series: CandleSeries): Promise<number> {
    return (await this.makeAll([series]))[0] as number;
  }
}

function keyOf({ venue, symbol, interval, source }: CandleSeries): string {
  return `${venue} ${symbol} ${interval} ${source}`;
}

function namesOf(series: readonly CandleSeries[]): string[][] {
  return (['venue', 'symbol', 'interval', 'source'] as const).map((name) => series.map((each) => each[name]));
}
