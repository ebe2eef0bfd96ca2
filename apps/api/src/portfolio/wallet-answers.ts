import type { WalletView, WatchedHoldingView } from '@sextant/portfolio';
import { DecimalString, Field } from '../http/index.js';
import { iso } from './position-answers.js';
import { PriceAnswer } from './price-answer.js';

const TIME = '2026-01-31T12:00:00.000Z';

export class WatchedHoldingAnswer {
  @Field.text({ description: 'Asset.', example: 'BTC' })
  asset!: string;

  @DecimalString({ sum: true, description: 'How much is there, as it was said.', example: '1.25' })
  quantity!: string;

  @DecimalString({
    sum: true,
    description: 'In `valueAsset`; null without a fresh price.',
    nullable: true,
    example: '77284.79375',
  })
  value!: string | null;

  @Field.object(() => PriceAnswer, {
    description: 'What `value` was made with.',
    nullable: true,
    example: {
      asset: 'BTC',
      price: '61827.835',
      path: ['BTC/USDT'],
      source: 'PAPER',
      asOf: TIME,
      ageMs: 77,
    },
  })
  valuedBy!: PriceAnswer | null;

  static of(view: WatchedHoldingView, asOf: number): WatchedHoldingAnswer {
    return { ...view, valuedBy: view.valuedBy === null ? null : PriceAnswer.of(view.valuedBy, asOf) };
  }
}

export class WalletAnswer {
  @Field.id('wal', { description: 'Id of the wallet.' })
  walletId!: string;

  @Field.text({ description: 'Its name.', example: 'Cold storage' })
  name!: string;

  @Field.text({ description: 'Where the address is: a chain, or a venue.', example: 'BITCOIN' })
  venue!: string;

  @Field.text({
    description: 'The address.',
    example: 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
    maxLength: 200,
  })
  address!: string;

  @Field.list(() => WatchedHoldingAnswer, { description: 'What it holds.', max: 500 })
  holdings!: WatchedHoldingAnswer[];

  @Field.text({ description: 'The reporting asset of your first account.', example: 'USDT' })
  valueAsset!: string;

  @DecimalString({
    sum: true,
    description: 'Of all it holds; null when one part has no fresh price.',
    nullable: true,
    example: '77284.79375',
  })
  value!: string | null;

  @Field.flag({ description: 'False when a value is not known.', example: true })
  complete!: boolean;

  @Field.flag({ description: 'True when a mark is past its age limit.', example: false })
  stale!: boolean;

  @Field.time({ description: 'When somebody last said what it holds.', example: TIME })
  statedAt!: string;

  @Field.time({ description: 'Since when it is watched.', example: TIME })
  createdAt!: string;

  @Field.time({ description: 'When it was valued.', example: TIME })
  asOf!: string;

  static of(view: WalletView, asOf: number): WalletAnswer {
    return {
      ...view,
      holdings: view.holdings.map((holding) => WatchedHoldingAnswer.of(holding, asOf)),
      statedAt: iso(view.statedAt),
      createdAt: iso(view.createdAt),
      asOf: iso(asOf),
    };
  }
}
