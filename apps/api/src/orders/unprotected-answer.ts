import { Field } from '../http/index.js';

export class UnprotectedAnswer {
  @Field.text({ description: 'The market.', example: 'BTC/USDT' })
  symbol!: string;

  @Field.decimal({ description: 'The position in base; negative is short.', example: '0.001' })
  quantity!: string;
}
