import type { AccountView } from '@sextant/portfolio';
import { DecimalString, Field } from '../http/index.js';

const ASSET = /^[A-Z0-9]{1,20}$/;
const PRINTABLE = /^[ -~\u00a0-\uffff]+$/;
const ASSET_RULE = 'an asset such as USDT: capital letters and digits';

export class OpeningBalance {
  @Field.text({ description: 'Asset.', example: 'USDT', maxLength: 20, pattern: ASSET, rule: ASSET_RULE })
  asset!: string;

  @DecimalString({ description: 'Amount of play money.', example: '100000', positive: true })
  amount!: string;
}

export class OpenAccountRequest {
  @Field.text({
    description: 'A name to know the account by.',
    example: 'Paper',
    maxLength: 100,
    pattern: PRINTABLE,
    rule: 'without control characters',
    optional: true,
  })
  name?: string;

  @Field.choice(['PAPER'], {
    description: 'PAPER: play money at a simulated venue. A LIVE account comes with its exchange connection.',
    example: 'PAPER',
    optional: true,
    default: 'PAPER',
  })
  kind?: 'PAPER';

  @Field.text({
    description: 'What equity is stated in.',
    example: 'USDT',
    maxLength: 20,
    pattern: ASSET,
    rule: ASSET_RULE,
    optional: true,
    default: 'USDT',
  })
  reportingAsset?: string;

  @Field.list(() => OpeningBalance, {
    description: 'What the account starts with; left out: 100000 of the reporting asset.',
    optional: true,
    max: 50,
  })
  balances?: OpeningBalance[];
}

export class AccountAnswer {
  @Field.id('acc', { description: 'Id of the account.' })
  accountId!: string;

  @Field.text({ description: 'Its name.', example: 'Paper' })
  name!: string;

  @Field.choice(['PAPER', 'LIVE'], {
    description: 'Play money, or an account at an exchange.',
    example: 'PAPER',
  })
  kind!: string;

  @Field.text({ description: 'Where it trades.', example: 'PAPER' })
  venue!: string;

  @Field.text({ description: 'What equity is stated in.', example: 'USDT' })
  reportingAsset!: string;

  @Field.choice(['OPEN', 'CLOSED'], { description: 'Whether it trades.', example: 'OPEN' })
  status!: string;

  @Field.time({ description: 'When it was opened.', example: '2026-01-31T12:00:00.000Z' })
  createdAt!: string;

  static of(view: AccountView): AccountAnswer {
    return { ...view, createdAt: new Date(view.createdAt).toISOString() };
  }
}
