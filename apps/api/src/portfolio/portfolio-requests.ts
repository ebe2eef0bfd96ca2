import type { AccountId } from '@sextant/kernel';
import { LEDGER_KINDS, PNL_GROUPINGS } from '@sextant/portfolio';
import type { LedgerKind, PnlGrouping } from '@sextant/portfolio';
import { Field, PageQuery } from '../http/index.js';

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

const FORMAT = {
  description: 'Decides before `Accept`; `csv` has every row.',
  optional: true,
} as const;

export class PerformanceQuery extends PortfolioQuery {
  @Field.time({
    description: 'First instant, inclusive; left out: since the first account was opened.',
    optional: true,
  })
  from?: number;

  @Field.time({ description: 'Last instant, exclusive; left out: up to now.', optional: true })
  to?: number;

  @Field.symbol({
    description: 'A market to compare with, by its daily closes at the first account’s venue.',
    optional: true,
  })
  benchmark?: string;
}

export class PnlQuery extends PortfolioQuery {
  @Field.choice(PNL_GROUPINGS, {
    description: 'What a row stands for; `day` is the UTC day by the venue’s time.',
    example: 'symbol',
    optional: true,
    default: 'symbol',
  })
  groupBy?: PnlGrouping;

  @Field.time({ description: 'First instant, inclusive, by the venue’s time.', optional: true })
  from?: number;

  @Field.time({ description: 'Last instant, exclusive.', optional: true })
  to?: number;

  @Field.choice(['json', 'csv'], FORMAT)
  format?: 'json' | 'csv';
}

export class TransactionsQuery extends PageQuery {
  @Field.id('acc', ACCOUNT)
  accountId?: AccountId;

  @Field.choice(LEDGER_KINDS, { description: 'Only this kind.', optional: true })
  kind?: LedgerKind;

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

  @Field.choice(['json', 'csv'], FORMAT)
  format?: 'json' | 'csv';
}

export class HistoryRequest {
  @Field.time({
    description: 'Only trades from then on; left out: all that the venue still tells.',
    example: '2026-01-01T00:00:00.000Z',
    optional: true,
  })
  from?: number;
}

export class SyncPortfolioRequest {
  static readonly examples = { compare: { takeTransfers: false } };

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

  @Field.object(() => HistoryRequest, {
    description:
      'Imports what a LIVE account traded before it was first seen, as a job: its positions and their cost then come from ' +
      'the trades, and the opening is what was held before them. Balances do not move.',
    optional: true,
  })
  history?: HistoryRequest;
}
