import { candleSources, Timeframe } from '@sextant/market-data';
import { Field } from '../http/index.js';

const LIMIT = 500;
const MOST = 5_000;

/** What candles and their gaps are asked for by. */
class CandleFilter {
  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.text({
    description: 'The venue; the paper venue when left out.',
    optional: true,
    maxLength: 40,
    example: 'PAPER',
  })
  venue?: string;

  @Field.choice(Timeframe.names, {
    description: 'Length of a candle, in UTC; weeks begin on Monday.',
    example: '1m',
  })
  interval!: string;

  @Field.time({ description: 'Candles that open then or later.', optional: true })
  from?: number;

  @Field.time({ description: 'Candles that open before.', optional: true })
  to?: number;

  @Field.choice(candleSources, {
    description: 'Only candles from there. VENUE: its own bars; IMPORT: a file; TRADES: built here.',
    optional: true,
  })
  source?: (typeof candleSources)[number];

  @Field.text({
    description: 'Where to go on: `nextCursor` of the page before. Opaque.',
    optional: true,
    maxLength: 512,
    pattern: /^[A-Za-z0-9_-]+$/,
    rule: 'as `nextCursor` returned it',
  })
  cursor?: string;
}

export class CandlesQuery extends CandleFilter {
  @Field.integer({
    description: `Candles a page, at most ${MOST}.`,
    optional: true,
    min: 1,
    max: MOST,
    default: LIMIT,
    example: LIMIT,
  })
  limit?: number;

  @Field.choice(['rows', 'columns', 'csv'], {
    description: 'An object a candle, an array a column, or CSV (as `Accept: text/csv` asks for).',
    optional: true,
  })
  format?: 'rows' | 'columns' | 'csv';

  @Field.choice(['none', 'forward'], {
    description:
      'forward: time without trades gets candles with the close before it, no volume, and `synthetic`.',
    optional: true,
    default: 'none',
  })
  fill?: 'none' | 'forward';

  @Field.time({ description: 'Only candles that were closed at that time.', optional: true })
  asOf?: number;

  @Field.flag({ description: 'true leaves out the candle that is not closed yet.', optional: true })
  closed?: boolean;
}

export class CandleGapsQuery extends CandleFilter {
  @Field.integer({
    description: 'Gaps a page.',
    optional: true,
    min: 1,
    max: 500,
    default: 50,
    example: 50,
  })
  limit?: number;
}

export const DEFAULT_CANDLES = LIMIT;
