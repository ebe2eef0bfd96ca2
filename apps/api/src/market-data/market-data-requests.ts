import { Field } from '../http/index.js';

export class TickersQuery {
  @Field.texts({
    description: 'The markets, separated by commas; all when left out.',
    optional: true,
    max: 100,
    min: 1,
    example: ['BTC/USDT'],
  })
  symbols?: string[];
}

export class OrderBookQuery {
  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.integer({
    description: 'Levels of each side.',
    optional: true,
    min: 1,
    max: 1_000,
    default: 50,
    example: 10,
  })
  depth?: number;
}

export class TradesQuery {
  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.integer({
    description: 'How many trades.',
    optional: true,
    min: 1,
    max: 500,
    default: 50,
    example: 50,
  })
  limit?: number;
}
