import type { AccountId } from '@sextant/kernel';
import type { RiskLimitsText } from '@sextant/risk';
import { DecimalString, Field } from '../http/index.js';

const ACCOUNT = 'The account; may be left out when there is exactly one.';

export class RiskLimitsQuery {
  @Field.id('acc', { description: ACCOUNT, optional: true })
  accountId?: AccountId;
}

class RiskLimitFields {
  @DecimalString({
    description: 'Largest value of one order, in quote.',
    example: '100000',
    nonNegative: true,
  })
  maxOrderNotional!: string;

  @DecimalString({
    description: 'Largest value of one position with all its live orders filled, in quote.',
    example: '500000',
    nonNegative: true,
  })
  maxPositionNotional!: string;

  @DecimalString({
    description: 'How far a limit price may cross the mark, as a fraction of it.',
    example: '0.05',
    nonNegative: true,
  })
  priceCollar!: string;

  @Field.integer({ description: 'Orders in a second.', example: 200, min: 0, max: 1_000_000 })
  maxOrdersPerSecond!: number;

  @DecimalString({
    description: 'How much more than the best ask a market buy sets aside, as a fraction of it.',
    example: '0.02',
    nonNegative: true,
  })
  marketBuffer!: string;
}

export class ChangeRiskLimitsRequest extends RiskLimitFields {
  @Field.id('acc', { description: ACCOUNT, optional: true })
  accountId?: AccountId;
}

export class RiskLimitsAnswer extends RiskLimitFields {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.integer({
    description: '0: the configured limits hold; the account has none of its own.',
    example: 0,
  })
  version!: number;
}

export function limitsOf(body: ChangeRiskLimitsRequest): RiskLimitsText {
  const { maxOrderNotional, maxPositionNotional, priceCollar, maxOrdersPerSecond, marketBuffer } = body;
  return { maxOrderNotional, maxPositionNotional, priceCollar, maxOrdersPerSecond, marketBuffer };
}
