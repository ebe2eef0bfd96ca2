import type { PriceView } from '@sextant/portfolio';
import { DecimalString, Field } from '../http/index.js';
import { iso } from './position-answers.js';

export class PriceAnswer {
  @Field.text({ description: 'What is valued.', example: 'ETH' })
  asset!: string;

  @DecimalString({
    sum: true,
    description: 'Of one of it, rounded to 18 decimals; values are rounded once, at the end.',
    example: '3050',
  })
  price!: string;

  @Field.texts({
    description: 'Markets that lead to the price, in order; none at par.',
    example: ['ETH/BTC', 'BTC/USDT'],
  })
  path!: string[];

  @Field.text({
    description: 'Venue whose mids they are; null at par.',
    nullable: true,
    example: 'PAPER',
  })
  source!: string | null;

  @Field.time({
    description: 'Of the oldest price on the path; null at par.',
    nullable: true,
    example: '2026-01-31T12:00:00.000Z',
  })
  asOf!: string | null;

  @Field.integer({ description: 'How old that price was.', nullable: true, example: 120 })
  ageMs!: number | null;

  static of(view: PriceView, asOf: number): PriceAnswer {
    const { asOf: pricedAt } = view;
    // A price may come between the moment that the answer is for and the moment it is valued at.
    const ageMs = pricedAt === null ? null : Math.max(0, asOf - pricedAt);
    return { ...view, asOf: pricedAt === null ? null : iso(pricedAt), ageMs };
  }
}
