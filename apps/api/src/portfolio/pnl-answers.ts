import { PNL_GROUPINGS } from '@sextant/portfolio';
import type { PnlRow, PnlView } from '@sextant/portfolio';
import { DecimalString, Field } from '../http/index.js';
import type { CsvColumns } from '../http/index.js';
import { ONE_PAGE, ValuedList } from './portfolio-answers.js';
import { iso } from './position-answers.js';

export class PnlRowAnswer {
  @Field.text({
    description:
      'Symbol, strategy (null: orders without one), UTC day, venue or account; null in a total and a remainder.',
    nullable: true,
    example: 'BTC/USDT',
  })
  key!: string | null;

  @Field.flag({
    description:
      'True on what is no strategy’s own: where they hold opposite sides the account nets them, and a fee may be paid out ' +
      'of what another one holds. With it the rows add up to the totals.',
    example: false,
  })
  remainder!: boolean;

  @Field.text({ description: 'What the amounts are in.', example: 'USDT' })
  asset!: string;

  @DecimalString({ sum: true, description: 'Gross result of what was closed.', example: '0' })
  realizedPnl!: string;

  @DecimalString({
    sum: true,
    description: 'Of what is open; null for days and within from and to, which are past.',
    nullable: true,
    example: '0',
  })
  unrealizedPnl!: string | null;

  @DecimalString({
    sum: true,
    description: 'Null while a fee has no known value.',
    nullable: true,
    example: '0.06',
  })
  fees!: string | null;

  @DecimalString({ sum: true, description: 'Received is positive.', example: '0' })
  funding!: string;

  @DecimalString({
    sum: true,
    description: 'realizedPnl − fees + funding.',
    nullable: true,
    example: '-0.06',
  })
  netPnl!: string | null;

  @DecimalString({ sum: true, description: 'netPnl + unrealizedPnl.', nullable: true, example: '-0.06' })
  totalPnl!: string | null;

  static of(row: PnlRow): PnlRowAnswer {
    return { ...row };
  }
}

export class PnlAnswer extends ValuedList {
  @Field.choice(PNL_GROUPINGS, { description: 'What a row stands for.', example: 'symbol' })
  groupBy!: string;

  @Field.list(() => PnlRowAnswer, { description: 'The groups.', max: 100_000 })
  data!: PnlRowAnswer[];

  @Field.list(() => PnlRowAnswer, {
    description: 'By asset, from the accounts’ own positions: what the rows add up to, to the last digit.',
    max: 1000,
  })
  totals!: PnlRowAnswer[];

  static of({ groupBy, rows, totals, asOf, complete, stale }: PnlView): PnlAnswer {
    return {
      groupBy,
      data: rows.map(PnlRowAnswer.of),
      totals: totals.map(PnlRowAnswer.of),
      page: ONE_PAGE,
      asOf: iso(asOf),
      complete,
      stale,
    };
  }
}

/** The rows without totals, so that a spreadsheet's own sum is right. */
export function pnlColumns(groupBy: string): CsvColumns<PnlRow> {
  return {
    [groupBy]: ({ key }) => key,
    remainder: ({ remainder }) => String(remainder),
    asset: ({ asset }) => asset,
    realizedPnl: ({ realizedPnl }) => realizedPnl,
    unrealizedPnl: ({ unrealizedPnl }) => unrealizedPnl,
    fees: ({ fees }) => fees,
    funding: ({ funding }) => funding,
    netPnl: ({ netPnl }) => netPnl,
    totalPnl: ({ totalPnl }) => totalPnl,
  };
}
