import type { AccountPortfolio, PortfolioView } from '@sextant/portfolio';
import { Field } from '../http/index.js';
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

export class PortfolioAnswer {
  @Field.object(() => PortfolioSumsAnswer, { description: 'Over all accounts shown.' })
  total!: PortfolioSumsAnswer;

  @Field.list(() => AccountPortfolioAnswer, { description: 'Each account.', max: 1000 })
  accounts!: AccountPortfolioAnswer[];

  @Field.time({ description: 'When it was read.', example: '2026-01-31T12:00:00.000Z' })
  asOf!: string;

  static of({ total, accounts, asOf }: PortfolioView): PortfolioAnswer {
    return {
      total: { ...total, prices: total.prices.map((price) => PriceAnswer.of(price, asOf)) },
      accounts: accounts.map((view) => AccountPortfolioAnswer.of(view, asOf)),
      asOf: iso(asOf),
    };
  }
}
