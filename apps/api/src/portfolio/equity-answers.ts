import { MOST_GAPS } from '@sextant/portfolio';
import type { EquityView } from '@sextant/portfolio';
import { DecimalString, Field, PageInfo } from '../http/index.js';
import { ONE_PAGE } from './portfolio-answers.js';
import { iso } from './position-answers.js';

const TIME = '2026-01-31T12:00:00.000Z';

export class EquityPointAnswer {
  @Field.time({
    description: 'Of the last valuation in the interval; intervals end at their full step.',
    example: TIME,
  })
  at!: string;

  @DecimalString({
    sum: true,
    description: 'At that moment; null when something held had no price, or an account was not valued then.',
    nullable: true,
    example: '100012.5',
  })
  equity!: string | null;

  @DecimalString({
    sum: true,
    description: 'The lowest known in the interval.',
    nullable: true,
    example: '99980',
  })
  low!: string | null;

  @DecimalString({
    sum: true,
    description: 'The highest known in the interval.',
    nullable: true,
    example: '100020',
  })
  high!: string | null;

  @DecimalString({
    sum: true,
    description:
      'Deposits − withdrawals ± transfers since the point before, each at its price then; what has no price yet counts later.',
    example: '0',
  })
  flow!: string;

  @Field.flag({
    description: 'False when the equity is not known or a flow waits for a price.',
    example: true,
  })
  complete!: boolean;
}

export class EquityGapAnswer {
  @Field.id('acc', { description: 'The account that was not valued.' })
  accountId!: string;

  @Field.time({ description: 'Of the last valuation before.', example: TIME })
  from!: string;

  @Field.time({
    description: 'Of the first one after; while it lasts the end of what was asked for.',
    example: TIME,
  })
  to!: string;
}

export class EquityAnswer {
  @Field.text({ description: 'What the values are stated in.', example: 'USDT' })
  asset!: string;

  @Field.text({ description: 'Width of the intervals.', example: '1h' })
  interval!: string;

  @Field.time({ description: 'First instant, inclusive.', example: TIME })
  from!: string;

  @Field.time({ description: 'Last instant, exclusive.', example: TIME })
  to!: string;

  @Field.list(() => EquityPointAnswer, {
    description: 'One an interval in which somebody was valued, oldest first; none is invented.',
    max: 5_001,
  })
  data!: EquityPointAnswer[];

  @Field.list(() => EquityGapAnswer, {
    description: `Where valuations are missing, the newest ${MOST_GAPS} at the most.`,
    max: MOST_GAPS,
  })
  gaps!: EquityGapAnswer[];

  @Field.object(() => PageInfo, { description: 'All of it is on this page.' })
  page!: PageInfo;

  @Field.flag({ description: 'Every point is known, and none is missing.', example: true })
  complete!: boolean;

  @Field.time({ description: 'When it was read.', example: TIME })
  asOf!: string;

  static of({ points, gaps, ...view }: EquityView): EquityAnswer {
    return {
      ...view,
      from: iso(view.from),
      to: iso(view.to),
      data: points.map((point) => ({ ...point, at: iso(point.at) })),
      gaps: gaps.map(({ accountId, from, to }) => ({ accountId, from: iso(from), to: iso(to) })),
      page: ONE_PAGE,
      asOf: iso(view.asOf),
    };
  }
}
