import { differenceClasses, LEDGER_KINDS } from '@sextant/portfolio';
import type { BalanceView, SyncReport, TransactionView } from '@sextant/portfolio';
import { DecimalString, Field, PageInfo } from '../http/index.js';
import { iso, PositionAnswer } from './position-answers.js';
import { PriceAnswer } from './price-answer.js';

const TIME = '2026-01-31T12:00:00.000Z';

export class BalanceAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.text({ description: 'Asset.', example: 'USDT' })
  asset!: string;

  @DecimalString({ description: 'total − locked.', example: '99938.16' })
  free!: string;

  @DecimalString({ description: 'Held back by live orders.', example: '0' })
  locked!: string;

  @DecimalString({ description: 'free + locked.', example: '99938.16' })
  total!: string;

  @DecimalString({
    sum: true,
    description: 'Total in `valueAsset`; null without a fresh mark.',
    nullable: true,
    example: '99938.16',
  })
  value!: string | null;

  @Field.text({ description: "The account's reporting asset.", example: 'USDT' })
  valueAsset!: string;

  @Field.object(() => PriceAnswer, {
    description: 'What `value` was made with; null where nothing is held, or no market says a price.',
    nullable: true,
    example: { asset: 'USDT', price: '1', path: [], source: null, asOf: null, ageMs: null },
  })
  valuedBy!: PriceAnswer | null;

  @Field.time({ description: 'When it last changed.', example: TIME })
  updatedAt!: string;

  @Field.time({ description: 'When it was read.', example: TIME })
  asOf!: string;

  static of(view: BalanceView, asOf: number): BalanceAnswer {
    const valuedBy = view.valuedBy === null ? null : PriceAnswer.of(view.valuedBy, asOf);
    return { ...view, valuedBy, updatedAt: iso(view.updatedAt), asOf: iso(asOf) };
  }
}

/** A list that fits one page, with what its values rest on. */
export class ValuedList {
  @Field.object(() => PageInfo, { description: 'All of it is on this page.' })
  page!: PageInfo;

  @Field.time({ description: 'When it was read.', example: TIME })
  asOf!: string;

  @Field.flag({
    description:
      'False when a value is unknown because a mark is missing or stale, or the account was not read from its venue yet.',
    example: true,
  })
  complete!: boolean;

  @Field.flag({ description: 'True when a mark is past its age limit.', example: false })
  stale!: boolean;
}

export class BalancesAnswer extends ValuedList {
  @Field.list(() => BalanceAnswer, { description: 'The balances by asset.', max: 10_000 })
  data!: BalanceAnswer[];
}

export class PositionsAnswer extends ValuedList {
  @Field.list(() => PositionAnswer, { description: 'The positions by symbol.', max: 10_000 })
  data!: PositionAnswer[];
}

export class PortfolioSumsAnswer {
  @Field.text({ description: 'What the sums are stated in.', example: 'USDT' })
  asset!: string;

  @DecimalString({
    sum: true,
    description:
      'Everything held × mark, locked included; null when a mark is missing or an account was not read yet.',
    nullable: true,
    example: '99999.94',
  })
  equity!: string | null;

  @DecimalString({
    sum: true,
    description: 'What is held of `asset` itself.',
    nullable: true,
    example: '99938.16',
  })
  cash!: string | null;

  @DecimalString({ sum: true, description: 'Gross result of what was closed.', nullable: true, example: '0' })
  realizedPnl!: string | null;

  @DecimalString({
    sum: true,
    description: 'Result of what is open at the marks.',
    nullable: true,
    example: '0',
  })
  unrealizedPnl!: string | null;

  @DecimalString({
    sum: true,
    description: 'Fees at their value when charged.',
    nullable: true,
    example: '0.06183764',
  })
  fees!: string | null;

  @DecimalString({ sum: true, description: 'Received is positive.', nullable: true, example: '0' })
  funding!: string | null;

  @DecimalString({
    sum: true,
    description: 'realizedPnl − fees + funding.',
    nullable: true,
    example: '-0.06183764',
  })
  netPnl!: string | null;

  @Field.flag({
    description:
      'False when something is unknown because a mark is missing or stale, or an account was not read yet.',
    example: true,
  })
  complete!: boolean;

  @Field.flag({ description: 'True when a mark is past its age limit.', example: false })
  stale!: boolean;

  @Field.list(() => PriceAnswer, {
    description: 'What the sums were valued by, one a venue and asset.',
    max: 10_000,
  })
  prices!: PriceAnswer[];

  @Field.texts({
    description:
      'LIVE accounts of which nothing was read from their venue yet; what they hold is not known, so equity and cash are null.',
    max: 1000,
    example: [],
  })
  unread!: string[];
}

export class BalanceChange {
  @Field.text({ description: 'Asset.', example: 'USDT' })
  asset!: string;

  @DecimalString({ description: 'Received is positive.', example: '-61.85' })
  amount!: string;
}

export class TransactionAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.id('ltx', { description: 'Id of the ledger transaction.' })
  transactionId!: string;

  @Field.text({
    description: `One of ${LEDGER_KINDS.join(', ')}.`,
    example: 'FILL',
  })
  kind!: string;

  @Field.text({
    description: 'What it books; unique in the account.',
    example: 'deposit:opening:USDT',
    maxLength: 300,
  })
  reference!: string;

  @Field.time({ description: 'When it happened, by the venue’s clock.', example: TIME })
  occurredAt!: string;

  @Field.list(() => BalanceChange, { description: 'What it changed in the wallet.' })
  changes!: BalanceChange[];

  @Field.facts({ description: 'The fill, the reason, the author, the evidence.', example: {} })
  memo!: object;

  static of(view: TransactionView): TransactionAnswer {
    return { ...view, occurredAt: iso(view.occurredAt) };
  }
}

export class SyncedBalance {
  @Field.text({ description: 'Asset.', example: 'USDT' })
  asset!: string;

  @DecimalString({ description: 'Total in the ledger.', example: '100000' })
  ledger!: string;

  @DecimalString({ description: 'Total at the venue.', example: '100000' })
  venue!: string;

  @DecimalString({ description: 'venue − ledger.', example: '0' })
  difference!: string;

  @Field.choice(differenceClasses, {
    description:
      'Why they differ. Without a word of yours only OPENING and DUST are taken over, by a posting with evidence.',
    example: 'EQUAL',
  })
  classification!: string;

  @Field.id('ltx', {
    description: 'The ledger transaction that took it over.',
    nullable: true,
    example: null,
  })
  correctedBy!: string | null;
}

export class SyncAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.choice(['EQUAL', 'EXPLAINED', 'UNEXPLAINED'], {
    description: 'The worst of all assets.',
    example: 'EQUAL',
  })
  verdict!: string;

  @Field.time({ description: 'When they were compared.', example: TIME })
  comparedAt!: string;

  @Field.list(() => SyncedBalance, { description: 'Every asset that either side knows.', max: 10_000 })
  balances!: SyncedBalance[];

  static of(report: SyncReport): SyncAnswer {
    return { ...report, comparedAt: iso(report.comparedAt) };
  }
}

export const ONE_PAGE: PageInfo = { nextCursor: null, hasMore: false };
