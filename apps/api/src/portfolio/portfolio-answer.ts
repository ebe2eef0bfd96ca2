import type { AccountPortfolio, PortfolioView } from '@sextant/portfolio';
import { DecimalString, Field } from '../http/index.js';
import { BalanceAnswer, PortfolioSumsAnswer } from './portfolio-answers.js';
import { iso, PositionAnswer } from './position-answers.js';
import { PriceAnswer } from './price-answer.js';

export class AccountPortfolioAnswer extends PortfolioSumsAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.text({ description: 'Its name.', example: 'Paper' })
  name!: string;

  @Field.text({ description: 'Where it trades.', example: 'PAPER' })
  venue!: string;

  @Field.list(() => BalanceAnswer, { description: 'What it holds.', max: 10_000 })
  balances!: BalanceAnswer[];

  @Field.list(() => PositionAnswer, { description: 'Its open positions.', max: 10_000 })
  positions!: PositionAnswer[];

  static of(view: AccountPortfolio, asOf: number): AccountPortfolioAnswer {
    return {
      ...view,
      prices: view.prices.map((price) => PriceAnswer.of(price, asOf)),
      balances: view.balances.map((balance) => BalanceAnswer.of(balance, asOf)),
      positions: view.positions.map((position) => PositionAnswer.of(position, asOf, view.stale)),
    };
  }
}

export class VenuePortfolioAnswer extends PortfolioSumsAnswer {
  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @Field.integer({ description: 'How many accounts are there.', example: 1 })
  accounts!: number;
}

export class AssetAtVenueAnswer {
  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @DecimalString({ sum: true, description: 'Free and locked.', example: '0.4995' })
  total!: string;

  @DecimalString({
    sum: true,
    description: 'By the marks of this venue; null without a fresh one.',
    nullable: true,
    example: '30883.0035825',
  })
  value!: string | null;
}

export class AssetTotalAnswer {
  @Field.text({ description: 'Asset.', example: 'BTC' })
  asset!: string;

  @DecimalString({ sum: true, description: 'total − locked.', example: '0.4995' })
  free!: string;

  @DecimalString({ sum: true, description: 'Held back by live orders.', example: '0' })
  locked!: string;

  @DecimalString({ sum: true, description: 'Of all accounts shown.', example: '0.4995' })
  total!: string;

  @DecimalString({
    sum: true,
    description: 'In the asset of `total`; null when one part has no fresh price.',
    nullable: true,
    example: '30883.0035825',
  })
  value!: string | null;

  @Field.list(() => AssetAtVenueAnswer, { description: 'Where it is.', max: 100 })
  venues!: AssetAtVenueAnswer[];
}

export class WatchedTotalAnswer {
  @Field.integer({ description: 'How many wallets are watched.', example: 1 })
  wallets!: number;

  @Field.text({ description: 'What `value` is stated in.', example: 'USDT' })
  asset!: string;

  @DecimalString({
    sum: true,
    description: 'Of all they hold; null when one part has no fresh price.',
    nullable: true,
    example: '77284.79375',
  })
  value!: string | null;

  @Field.flag({ description: 'False when a value is not known.', example: true })
  complete!: boolean;

  @Field.flag({ description: 'True when a mark is past its age limit.', example: false })
  stale!: boolean;
}

export class PortfolioAnswer {
  @Field.object(() => PortfolioSumsAnswer, { description: 'Over all accounts shown.' })
  total!: PortfolioSumsAnswer;

  @Field.list(() => VenuePortfolioAnswer, { description: 'The accounts of each venue together.', max: 100 })
  venues!: VenuePortfolioAnswer[];

  @Field.list(() => AssetTotalAnswer, { description: 'Each asset over all accounts shown.', max: 10_000 })
  assets!: AssetTotalAnswer[];

  @Field.object(() => WatchedTotalAnswer, {
    description: 'Wallets that are only watched: in no other sum. Null when one account is asked for.',
    nullable: true,
    example: { wallets: 1, asset: 'USDT', value: '77284.79375', complete: true, stale: false },
  })
  watched!: WatchedTotalAnswer | null;

  @Field.list(() => AccountPortfolioAnswer, { description: 'Each account.', max: 1000 })
  accounts!: AccountPortfolioAnswer[];

  @Field.time({ description: 'When it was read.', example: '2026-01-31T12:00:00.000Z' })
  asOf!: string;

  static of({ total, venues, accounts, asOf, assets, watched }: PortfolioView): PortfolioAnswer {
    return {
      total: { ...total, prices: total.prices.map((price) => PriceAnswer.of(price, asOf)) },
      venues: venues.map((venue) => ({
        ...venue,
        prices: venue.prices.map((price) => PriceAnswer.of(price, asOf)),
      })),
      assets,
      watched,
      accounts: accounts.map((view) => AccountPortfolioAnswer.of(view, asOf)),
      asOf: iso(asOf),
    };
  }
}
