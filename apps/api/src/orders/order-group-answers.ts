import type { OrderGroupView, UnprotectedPosition } from '@sextant/execution';
import { Field } from '../http/index.js';
import { OrderAnswer } from './order-answers.js';
import { UnprotectedAnswer } from './unprotected-answer.js';

const iso = (epochMs: number) => new Date(epochMs).toISOString();

export class OrderGroupAnswer {
  @Field.id('grp', { description: 'Id of the group.' })
  id!: string;

  @Field.id('acc', { description: 'Its account.' })
  accountId!: string;

  @Field.choice(['OCO', 'OTO', 'BRACKET'], { description: 'How its orders belong together.', example: 'OCO' })
  type!: string;

  @Field.text({ description: 'The market.', example: 'BTC/USDT' })
  symbol!: string;

  @Field.choice(['OPEN', 'CLOSED'], {
    description: 'OPEN while one of its orders lives.',
    example: 'OPEN',
  })
  status!: string;

  @Field.decimal({ description: 'Base quantity of each leg as it was made.', example: '0.001' })
  quantity!: string;

  @Field.decimal({ description: 'Base that the legs beside an entry have filled together.', example: '0' })
  filledQuantity!: string;

  @Field.time({ description: 'When it was made.', example: '2026-01-01T00:00:00.000Z' })
  createdAt!: string;

  @Field.time({ description: 'When one of its orders changed last.', example: '2026-01-01T00:00:00.000Z' })
  updatedAt!: string;

  @Field.list(() => OrderAnswer, {
    description:
      'Its orders, oldest first; a stop that was armed anew stands beside the one that it replaces.',
  })
  orders!: OrderAnswer[];

  static of(group: OrderGroupView): OrderGroupAnswer {
    const { createdAt, updatedAt, orders } = group;
    return {
      ...group,
      createdAt: iso(createdAt),
      updatedAt: iso(updatedAt),
      orders: orders.map((order) => OrderAnswer.of(order)),
    };
  }
}

export class CanceledOrderGroupAnswer extends OrderGroupAnswer {
  @Field.list(() => UnprotectedAnswer, { description: 'Positions that nothing protects any more.' })
  unprotected!: UnprotectedAnswer[];

  static canceled(group: OrderGroupView, unprotected: UnprotectedPosition[]): CanceledOrderGroupAnswer {
    return { ...OrderGroupAnswer.of(group), unprotected };
  }
}
