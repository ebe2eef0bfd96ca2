import type { LedgerEntryView, LedgerProofView, TrialBalanceView } from '@sextant/portfolio';
import { DecimalString, Field } from '../http/index.js';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const TIME = '2026-01-31T12:00:00.000Z';

export class LedgerPostingAnswer {
  @Field.text({ description: 'Account of the chart: purpose, venue and subject.', example: 'wallet:PAPER' })
  account!: string;

  @Field.text({ description: 'Asset.', example: 'USDT' })
  asset!: string;

  @DecimalString({ description: 'Debit is positive.', example: '-61.85' })
  amount!: string;
}

export class LedgerEntryAnswer {
  @Field.integer({ description: "Place in the account's chain, from 1.", example: 2 })
  sequence!: number;

  @Field.id('ltx', { description: 'Id of the transaction.' })
  transactionId!: string;

  @Field.text({ description: 'What kind of fact it books.', example: 'FILL' })
  kind!: string;

  @Field.text({
    description: 'What it books; unique in the account.',
    example: 'deposit:opening:USDT',
    maxLength: 300,
  })
  reference!: string;

  @Field.time({ description: 'When it happened, by the venue’s clock.', example: TIME })
  occurredAt!: string;

  @Field.list(() => LedgerPostingAnswer, { description: 'Its lines; each asset sums to zero.', max: 1000 })
  postings!: LedgerPostingAnswer[];

  @Field.facts({
    description: 'What the lines do not say: the fill, the reason, the author, the evidence.',
    example: {},
  })
  memo!: object;

  @Field.text({ description: 'Hash of the entry before.', example: HASH })
  previousHash!: string;

  @Field.text({ description: 'SHA-256 over the previous hash and this entry.', example: HASH })
  hash!: string;

  static of(view: LedgerEntryView): LedgerEntryAnswer {
    return { ...view, occurredAt: new Date(view.occurredAt).toISOString() };
  }
}

export class TrialBalanceLine {
  @Field.text({ description: 'Account of the chart.', example: 'realized:PAPER:BTC/USDT' })
  account!: string;

  @Field.text({ description: 'Asset.', example: 'USDT' })
  asset!: string;

  @DecimalString({ sum: true, description: 'Sum of its postings; debit is positive.', example: '-12.5' })
  balance!: string;
}

export class TrialBalanceTotal {
  @Field.text({ description: 'Asset.', example: 'USDT' })
  asset!: string;

  @DecimalString({ sum: true, description: 'Sum over all accounts: zero in a sound ledger.', example: '0' })
  total!: string;
}

export class TrialBalanceAnswer {
  @Field.list(() => TrialBalanceLine, { description: 'Every account with every asset.', max: 100_000 })
  lines!: TrialBalanceLine[];

  @Field.list(() => TrialBalanceTotal, { description: 'The sums.', max: 10_000 })
  totals!: TrialBalanceTotal[];

  @Field.flag({ description: 'True when every asset sums to zero.', example: true })
  balanced!: boolean;

  @Field.time({ description: 'When it was read.', example: TIME })
  asOf!: string;

  static of(view: TrialBalanceView): TrialBalanceAnswer {
    return { ...view, asOf: new Date(view.asOf).toISOString() };
  }
}

export class LedgerProofFailure {
  @Field.integer({ description: 'Place of the first entry that is not what was booked.', example: 17 })
  sequence!: number;

  @Field.text({ description: 'Its id; null when the entry is missing.', nullable: true, example: null })
  transactionId!: string | null;

  @Field.text({
    description: 'What is wrong with it.',
    example: 'Its contents are not those that were hashed.',
  })
  reason!: string;
}

export class LedgerProofAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.integer({ description: 'Entries that were checked.', example: 2 })
  entryCount!: number;

  @Field.text({ description: 'Hash of the last entry, made again from the first on.', example: HASH })
  chainHead!: string;

  @Field.flag({ description: 'True when every hash and every sum is right up to the head.', example: true })
  verified!: boolean;

  @Field.object(() => LedgerProofFailure, {
    description: 'Where it fails, or null.',
    nullable: true,
    example: { sequence: 17, transactionId: null, reason: 'Entry 17 is missing.' },
  })
  failure!: LedgerProofFailure | null;

  @Field.time({ description: 'When it was read.', example: TIME })
  asOf!: string;

  static of(view: LedgerProofView): LedgerProofAnswer {
    return { ...view, asOf: new Date(view.asOf).toISOString() };
  }
}
