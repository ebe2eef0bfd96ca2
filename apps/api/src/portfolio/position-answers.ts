import type { NettedPosition, PositionView } from '@sextant/portfolio';
import { DecimalString, Field } from '../http/index.js';

const TIME = '2026-01-31T12:00:00.000Z';

/** A position, or one strategy's share of it. */
export class PositionShare {
  @Field.text({
    description: 'Whose it is; null: orders without a strategy, or several hold it.',
    nullable: true,
    example: null,
  })
  strategy!: string | null;

  @Field.choice(['LONG', 'SHORT', 'FLAT'], { description: 'Side.', example: 'LONG' })
  side!: string;

  @Field.choice(['NET', 'LONG', 'SHORT'], {
    description: 'NET: the one position of the market. LONG, SHORT: hedge mode keeps two apart.',
    example: 'NET',
  })
  positionSide!: string;

  @DecimalString({ description: 'Base asset, never negative.', example: '0.000999' })
  quantity!: string;

  @DecimalString({ description: 'Base asset; above zero is long.', example: '0.000999' })
  signedQuantity!: string;

  @DecimalString({
    description: 'Average cost, fees excluded; unchanged by reductions. Null while flat.',
    nullable: true,
    example: '61837.64',
  })
  averageEntryPrice!: string | null;

  @DecimalString({ description: 'Exact cost in quote; negative while short.', example: '61.77580236' })
  cost!: string;

  @DecimalString({
    description: 'Mid of a fresh book; otherwise null.',
    nullable: true,
    example: '61837.635',
  })
  markPrice!: string | null;

  @Field.time({ description: 'When the mark was made.', nullable: true, example: TIME })
  markAsOf!: string | null;

  @DecimalString({
    sum: true,
    description: 'Signed quantity × mark.',
    nullable: true,
    example: '61.775797365',
  })
  marketValue!: string | null;

  @DecimalString({ sum: true, description: 'Market value − cost.', nullable: true, example: '-0.000004995' })
  unrealizedPnl!: string | null;

  @DecimalString({ description: 'Gross, average cost, in quote.', example: '0' })
  realizedPnl!: string;

  @DecimalString({
    description: 'In quote, at their value when charged; null while one has no known value.',
    nullable: true,
    example: '0.06183764',
  })
  fees!: string | null;

  @DecimalString({ description: 'Received is positive.', example: '0' })
  funding!: string;

  @DecimalString({
    sum: true,
    description: 'realizedPnl − fees + funding.',
    nullable: true,
    example: '-0.06183764',
  })
  netPnl!: string | null;

  @Field.integer({
    description: 'Perpetuals: notional over initial margin, as the venue has it. Null on spot.',
    nullable: true,
    example: null,
  })
  leverage!: number | null;

  @Field.choice(['CROSS', 'ISOLATED'], {
    description: 'Perpetuals: whether it shares the wallet with others. Null on spot.',
    nullable: true,
    example: null,
  })
  marginMode!: string | null;

  @DecimalString({
    description: 'Perpetuals: |quantity| × entry / leverage, in the settlement asset.',
    nullable: true,
    example: null,
  })
  initialMargin!: string | null;

  @DecimalString({
    description: 'Perpetuals: by the venue’s tiers, at the mark.',
    nullable: true,
    example: null,
  })
  maintenanceMargin!: string | null;

  @DecimalString({
    description:
      'Perpetuals: the mark at which the margin no longer covers maintenance, other positions frozen. ' +
      'Null where no price does, or one of the figures is not known.',
    nullable: true,
    example: null,
  })
  liquidationPrice!: string | null;

  @DecimalString({
    description: 'Perpetuals: where all results, fees and funding of the market come to zero.',
    nullable: true,
    example: null,
  })
  breakEvenPrice!: string | null;

  @Field.time({ description: 'Since when it is open.', nullable: true, example: TIME })
  openedAt!: string | null;

  @Field.time({ description: 'When it last changed.', example: TIME })
  updatedAt!: string;
}

export class PositionAnswer extends PositionShare {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.time({ description: 'When it was read.', example: TIME })
  asOf!: string;

  @Field.flag({ description: 'True when the mark is past its age limit.', example: false })
  stale!: boolean;

  @Field.list(() => PositionShare, {
    description: 'Virtual positions of the strategies; they sum to this.',
    max: 10_000,
  })
  strategies!: PositionShare[];

  static of(view: NettedPosition, asOf: number, stale: boolean): PositionAnswer {
    return {
      accountId: view.accountId,
      symbol: view.symbol,
      ...shareOf(view),
      asOf: iso(asOf),
      stale: stale && view.side !== 'FLAT' && view.markPrice === null,
      strategies: view.strategies.map(shareOf),
    };
  }
}

function shareOf(view: PositionView): PositionShare {
  const { accountId: _account, symbol: _symbol, markAsOf, openedAt, updatedAt, ...rest } = view;
  return {
    ...rest,
    markAsOf: markAsOf === null ? null : iso(markAsOf),
    openedAt: openedAt === null ? null : iso(openedAt),
    updatedAt: iso(updatedAt),
  };
}

export function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
