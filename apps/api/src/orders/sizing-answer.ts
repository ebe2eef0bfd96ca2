import { Field } from '../http/index.js';

/** How a quantity that follows from the account came about. */
export class SizingAnswer {
  @Field.choice(['EQUITY', 'RISK', 'POSITION'], {
    description: '`equityPercent`, `riskPercent`, or the `fraction` of a position.',
    example: 'EQUITY',
  })
  by!: string;

  @Field.decimal({ description: 'The percent or fraction asked for.', example: '2.5' })
  share!: string;

  @Field.decimal({ description: 'What it is of: the equity, or the position.', example: '100000' })
  of!: string;

  @Field.text({ description: 'Asset of that.', example: 'USDT' })
  asset!: string;

  @Field.decimal({ description: 'Price that it was reckoned with.', nullable: true, example: '61250.1' })
  price!: string | null;

  @Field.decimal({ description: 'With `riskPercent`: the stop.', nullable: true, example: null })
  stopPrice!: string | null;

  @Field.decimal({ description: 'What that comes to.', example: '0.0408162599' })
  exact!: string;

  @Field.decimal({ description: 'Rounded down to the step of the market.', example: '0.04081' })
  quantity!: string;

  @Field.decimal({
    description: 'Of a position that is closed: what stays, because the venue takes no order of so little.',
    nullable: true,
    example: null,
  })
  dust!: string | null;
}

export const sizingExample: SizingAnswer = {
  ...{ by: 'EQUITY', share: '2.5', of: '100000', asset: 'USDT', price: '61250.1', stopPrice: null },
  ...{ exact: '0.0408162599', quantity: '0.04081', dust: null },
};
