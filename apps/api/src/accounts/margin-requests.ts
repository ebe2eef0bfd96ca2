import type { ChangeMarginResult } from '@sextant/execution';
import { Field } from '../http/index.js';

const PERPETUAL = 'BTC/USDT:USDT';

export class LeverageRequest {
  @Field.symbol({ description: 'A perpetual.', example: PERPETUAL })
  symbol!: string;

  @Field.integer({ description: 'Notional over initial margin.', example: 10, min: 1, max: 1_000 })
  leverage!: number;
}

export class MarginModeRequest {
  @Field.symbol({ description: 'A perpetual.', example: PERPETUAL })
  symbol!: string;

  @Field.choice(['CROSS', 'ISOLATED'], {
    description: 'CROSS: positions share the wallet. ISOLATED: each answers with its own margin.',
    example: 'ISOLATED',
  })
  marginMode!: 'CROSS' | 'ISOLATED';
}

export class PositionModeRequest {
  @Field.choice(['ONE_WAY', 'HEDGE'], {
    description: 'ONE_WAY: one position a market. HEDGE: a long and a short one beside each other.',
    example: 'ONE_WAY',
  })
  positionMode!: 'ONE_WAY' | 'HEDGE';
}

export class MarginAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.symbol({
    description: 'The market; null for the position mode, which is of all of them.',
    nullable: true,
    example: PERPETUAL,
  })
  symbol!: string | null;

  @Field.integer({ description: 'Of the market.', nullable: true, example: 10 })
  leverage!: number | null;

  @Field.choice(['CROSS', 'ISOLATED'], { description: 'Of the market.', nullable: true, example: 'CROSS' })
  marginMode!: string | null;

  @Field.choice(['ONE_WAY', 'HEDGE'], { description: 'Of the account.', example: 'ONE_WAY' })
  positionMode!: string;

  static of({ hedged, ...rest }: ChangeMarginResult): MarginAnswer {
    return { ...rest, positionMode: hedged ? 'HEDGE' : 'ONE_WAY' };
  }
}
