import { orderTypes, timesInForce } from '@sextant/execution';
import type { GroupRequest, OrderRequest } from '@sextant/execution';
import type { AccountId, Side } from '@sextant/kernel';
import { DecimalString, Field, PageQuery } from '../http/index.js';
import { ConditionFields, conditionsOf } from './condition-fields.js';
import { CLIENT_ORDER_ID } from './order-requests.js';

const TYPES = orderTypes.filter((type) => type !== 'MARKET');

/** One order of a group; market, strategy and tags are the group's. */
export class GroupLegRequest extends ConditionFields {
  @Field.choice(['BUY', 'SELL'], { description: 'Which way.', example: 'SELL' })
  side!: Side;

  @Field.choice(['MARKET', ...TYPES, 'STOP'], {
    description: 'As of an order. MARKET only for an entry; STOP is STOP_MARKET.',
    example: 'LIMIT',
  })
  type!: OrderRequest['type'] | 'STOP';

  @DecimalString({
    description: 'Base quantity of the first leg; the others are for the same.',
    example: '0.001',
    positive: true,
    optional: true,
  })
  quantity?: string;

  @DecimalString({ description: 'Limit price.', example: '90000', positive: true, optional: true })
  price?: string;

  @Field.choice(timesInForce, { description: 'GTC unless said.', example: 'GTC', optional: true })
  timeInForce?: NonNullable<OrderRequest['timeInForce']>;

  @Field.flag({ description: 'Never takes. LIMIT that rests only.', optional: true, default: false })
  postOnly?: boolean;

  @Field.text({
    example: 'exit-7-L1',
    description: 'Your id of the order, unique in the account for ever.',
    optional: true,
    maxLength: 36,
    pattern: CLIENT_ORDER_ID,
    rule: 'printable characters without blanks; not . or ..',
  })
  clientOrderId?: string;
}

export class PlaceOrderGroupRequest {
  /** Whole requests. */
  static readonly examples = {
    bracket: {
      symbol: 'BTC/USDT',
      type: 'BRACKET',
      legs: [
        { side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '50000' },
        { side: 'SELL', type: 'STOP_MARKET', stopPrice: '45000' },
        { side: 'SELL', type: 'LIMIT', price: '90000' },
      ],
    },
    oco: {
      symbol: 'BTC/USDT',
      type: 'OCO',
      legs: [
        { side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '50000' },
        { side: 'BUY', type: 'STOP_MARKET', stopPrice: '90000' },
      ],
    },
  };

  @Field.id('acc', { description: 'The account; may be left out when there is exactly one.', optional: true })
  accountId?: AccountId;

  @Field.symbol({ description: 'The market of all legs.', example: 'BTC/USDT' })
  symbol!: string;

  @Field.choice(['OCO', 'OTO', 'BRACKET'], {
    description:
      'OCO: two legs on one side, each fill shrinks the other. OTO and BRACKET: an entry, and what closes it: one order, or a stop and a target.',
    example: 'OCO',
  })
  type!: GroupRequest['type'];

  @Field.list(() => GroupLegRequest, {
    description: 'The legs; an entry first.',
    example: PlaceOrderGroupRequest.examples.oco.legs,
    min: 2,
    max: 3,
  })
  legs!: GroupLegRequest[];

  @Field.text({
    example: 'grid',
    description: 'Name of the strategy behind it.',
    optional: true,
    maxLength: 64,
  })
  strategy?: string;

  @Field.texts({ example: ['demo'], description: 'Words of yours.', optional: true, max: 10, maxLength: 64 })
  tags?: string[];
}

/** The legs in the words of the core: the first one, and what belongs to it. */
export function groupTermsOf(body: PlaceOrderGroupRequest): { request: OrderRequest; group: GroupRequest } {
  const [first, ...rest] = body.legs.map((leg) => legTerms(leg, body));
  if (first === undefined) throw new Error('a group without legs passed its check');
  const others = rest.map((request, index) => ({ request, pointer: `/legs/${index + 1}` }));
  return { request: first, group: { type: body.type, others } };
}

function legTerms(leg: GroupLegRequest, body: PlaceOrderGroupRequest): OrderRequest {
  const type = leg.type === 'STOP' ? 'STOP_MARKET' : leg.type;
  const conditions = conditionsOf({ ...leg, type });
  return {
    symbol: body.symbol,
    side: leg.side,
    type,
    quantity: leg.quantity ?? null,
    quoteQuantity: null,
    price: leg.price ?? null,
    timeInForce: leg.timeInForce ?? null,
    postOnly: leg.postOnly ?? false,
    clientOrderId: leg.clientOrderId ?? null,
    strategy: body.strategy ?? null,
    tags: body.tags ?? [],
    ...(conditions && { conditions }),
  };
}

export class ListOrderGroupsQuery extends PageQuery {
  @Field.id('acc', { description: 'Only groups of this account.', optional: true })
  accountId?: AccountId;

  @Field.symbol({ description: 'Only groups of this market.', optional: true })
  symbol?: string;
}
