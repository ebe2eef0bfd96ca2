import { ApiProperty } from '@nestjs/swagger';
import { candleSources, Timeframe } from '@sextant/market-data';
import type { CandleGap, CandlesView, CandleView } from '@sextant/market-data';
import { DecimalString, Field, PageInfo } from '../http/index.js';
import type { CsvColumns } from '../http/index.js';

const PRICE = '61837.63';

export class CandleResponse {
  @Field.time({ description: 'When it opens.', example: '2026-01-31T12:00:00.000Z' })
  openTime!: string;

  @Field.time({
    description: 'When it ends, and the next one opens.',
    example: '2026-01-31T12:01:00.000Z',
  })
  closeTime!: string;

  @DecimalString({ description: 'First price.', example: PRICE })
  open!: string;

  @DecimalString({ description: 'Highest price.', example: '61850.01' })
  high!: string;

  @DecimalString({ description: 'Lowest price.', example: '61830' })
  low!: string;

  @DecimalString({ description: 'Last price.', example: '61840.5' })
  close!: string;

  @DecimalString({ description: 'What was traded, in base.', example: '12.5' })
  volume!: string;

  @Field.integer({ description: 'Trades; null where the source does not say.', nullable: true, example: 312 })
  trades!: number | null;

  @Field.flag({ description: 'Nothing is added to it any more.', example: true })
  closed!: boolean;

  @Field.flag({
    description: 'All of its time was listened to, so far; else trades of it may be missing.',
    example: true,
  })
  complete!: boolean;

  @Field.flag({ description: 'Made up from the close before it (`fill=forward`).', example: false })
  synthetic!: boolean;

  @Field.choice(candleSources, {
    description: 'Where it is from; null when made up.',
    nullable: true,
    example: 'TRADES',
  })
  source!: string | null;

  static of(view: CandleView): CandleResponse {
    return { ...view, openTime: iso(view.openTime), closeTime: iso(view.closeTime) };
  }
}

const texts = (description: string, example: unknown) => ({
  ...{ type: 'array' as const, description, example: [example] },
  items: { type: 'string' as const },
});

const flags = (description: string, example: boolean) => ({
  ...{ type: 'array' as const, description, example: [example] },
  items: { type: 'boolean' as const },
});

export class CandleColumnsResponse {
  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.choice(Timeframe.names, { description: 'Length of a candle.', example: '1m' })
  interval!: string;

  @ApiProperty({
    ...{ type: 'array', description: 'When each opens, epoch milliseconds.', example: [1769860800000] },
    items: { type: 'integer' },
  })
  openTime!: number[];

  @ApiProperty(texts('First prices.', PRICE))
  open!: string[];

  @ApiProperty(texts('Highest prices.', '61850.01'))
  high!: string[];

  @ApiProperty(texts('Lowest prices.', '61830'))
  low!: string[];

  @ApiProperty(texts('Last prices.', '61840.5'))
  close!: string[];

  @ApiProperty(texts('What was traded, in base.', '12.5'))
  volume!: string[];

  @ApiProperty({
    ...{ type: 'array', description: 'Trades; null where the source does not say.', example: [312] },
    items: { type: 'integer', nullable: true },
  })
  trades!: (number | null)[];

  @ApiProperty(flags('Nothing is added to it any more.', true))
  closed!: boolean[];

  @ApiProperty(flags('All of its time was listened to, so far.', true))
  complete!: boolean[];

  @ApiProperty(flags('Made up from the close before it.', false))
  synthetic!: boolean[];

  @Field.object(() => PageInfo, { description: 'Where to go on.' })
  page!: PageInfo;

  static of({ candles, ...market }: Omit<CandlesView, 'next'>, page: PageInfo): CandleColumnsResponse {
    const column = <K extends keyof CandleView>(name: K): CandleView[K][] => candles.map((one) => one[name]);
    return {
      ...{ venue: market.venue, symbol: market.symbol, interval: market.interval },
      openTime: column('openTime'),
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: column('volume'),
      trades: column('trades'),
      closed: column('closed'),
      complete: column('complete'),
      synthetic: column('synthetic'),
      page,
    };
  }
}

const timeCell = (name: 'openTime' | 'closeTime') => (candle: CandleView) => iso(candle[name]);
const cell = (name: keyof CandleView) => (candle: CandleView) =>
  candle[name] === null ? null : String(candle[name]);

export const candleColumns: CsvColumns<CandleView> = {
  openTime: timeCell('openTime'),
  closeTime: timeCell('closeTime'),
  open: cell('open'),
  high: cell('high'),
  low: cell('low'),
  close: cell('close'),
  volume: cell('volume'),
  trades: cell('trades'),
  closed: cell('closed'),
  complete: cell('complete'),
  synthetic: cell('synthetic'),
  source: cell('source'),
};

export class CandleGapResponse {
  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.time({
    description: 'When the first candle opens that may be missing, or lack trades.',
    example: '2026-01-31T12:00:00.000Z',
  })
  from!: string;

  @Field.time({ description: 'When the last of them ends.', example: '2026-01-31T12:05:00.000Z' })
  to!: string;

  @Field.integer({ description: 'How many candles that is.', example: 5 })
  bars!: number;

  static of(gap: CandleGap): CandleGapResponse {
    return { ...gap, from: iso(gap.from), to: iso(gap.to) };
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
