import type { AccountId } from '@sextant/kernel';
import { Field, PageQuery } from '../http/index.js';

const KINDS = ['FILL', 'FEE', 'DEPOSIT', 'WITHDRAWAL', 'TRANSFER', 'OPENING', 'CORRECTION'] as const;
const ACCOUNT = {
  description: 'Which account; may be left out by who has only one.',
  optional: true,
} as const;

export class AccountQuery {
  @Field.id('acc', ACCOUNT)
  accountId?: AccountId;
}

export class PortfolioQuery {
  @Field.id('acc', { description: 'Which account; left out: all, and their total.', optional: true })
  accountId?: AccountId;
}

export class PositionsQuery extends AccountQuery {
  @Field.flag({
    description: 'True: closed positions too, with their results.',
    optional: true,
    default: false,
  })
  includeFlat?: boolean;
}

export class PnlQuery extends AccountQuery {
  @Field.choice(['symbol', 'strategy', 'day'], {
    description: 'What a row stands for; `day` is the UTC day by the venue’s time.',
    example: 'symbol',
    optional: true,
    default: 'symbol',
  })
  groupBy?: 'symbol' | 'strategy' | 'day';

  @Field.time({ description: 'By day only: first instant, inclusive.', optional: true })
  from?: number;

  @Field.time({ description: 'By day only: last instant, exclusive.', optional: true })
  to?: number;
}

export class TransactionsQuery extends PageQuery {
  @Field.id('acc', ACCOUNT)
  accountId?: AccountId;

  @Field.choice(KINDS, { description: 'Only this kind.', optional: true })
  kind?: (typeof KINDS)[number];

  @Field.text({
    description: 'Only what moved this asset.',
    example: 'USDT',
    optional: true,
    maxLength: 20,
    pattern: /^[A-Z0-9]+$/,
    rule: 'an asset such as USDT: capital letters and digits',
  })
  asset?: string;

  @Field.time({ description: 'First instant, inclusive.', optional: true })
  from?: number;

  @Field.time({ description: 'Last instant, exclusive.', optional: true })
  to?: number;
}

export class SyncPortfolioRequest {
  @Field.id('acc', ACCOUNT)
  accountId?: AccountId;

  @Field.flag({
    description:
      'Books what nothing explains as a deposit or withdrawal from or to outside, with the evidence. LIVE accounts only: ' +
      'play money is deposited here.',
    optional: true,
    example: false,
  })
  takeTransfers?: boolean;
}
