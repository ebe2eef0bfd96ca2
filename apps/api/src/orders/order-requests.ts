import { orderStatuses, orderTypes, timesInForce } from '@sextant/execution';
import type { OrderRequest, OrderStatus, SizingRequest } from '@sextant/execution';
import { DomainError } from '@sextant/kernel';
import type { AccountId, OrderId, Side } from '@sextant/kernel';
import { DecimalString, Field, PageQuery } from '../http/index.js';
import { StopLossRequest, TakeProfitRequest } from './attached-legs.js';
import { ConditionFields, conditionsOf } from './condition-fields.js';

/** Orders and cancellations together. */
export const MOST_ITEMS = 100;
const ACCOUNT = 'The account; may be left out when there is exactly one.';
/** It stands in paths: clients resolve `.` and `..` before they send them. */
export const CLIENT_ORDER_ID = /^(?!\.{1,2}$)[\x21-\x7e]+$/;

/** The terms of an order, as `POST /api/orders` and its preview take them. */
export class PlaceOrderRequest extends ConditionFields {
  /** Whole requests: no order has all fields at once. */
  static readonly examples = {
    market: { symbol: 'BTC/USDT', side: 'BUY', type: 'MARKET', quantity: '0.001' },
    amount: { symbol: 'BTC/USDT', side: 'BUY', type: 'MARKET', quoteQuantity: '100' },
    limit: {
      ...{ symbol: 'BTC/USDT', side: 'BUY', type: 'LIMIT', quantity: '0.015', price: '50000' },
      ...{ timeInForce: 'GTC', postOnly: true, clientOrderId: 'grid-7-L3-0001', strategy: 'grid' },
      tags: ['demo'],
    },
    stop: { symbol: 'BTC/USDT', side: 'BUY', type: 'STOP_MARKET', quantity: '0.001', stopPrice: '90000' },
    protected: {
      ...{ symbol: 'BTC/USDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '50000' },
      ...{ stopLoss: { stopPrice: '45000' }, takeProfit: { price: '90000' } },
    },
    share: { symbol: 'BTC/USDT', side: 'BUY', type: 'LIMIT', price: '50000', equityPercent: '0.5' },
    risk: {
      ...{ symbol: 'BTC/USDT', side: 'BUY', type: 'LIMIT', price: '50000', riskPercent: '0.1' },
      stopLoss: { stopPrice: '45000' },
    },
    trailing: {
      ...{ symbol: 'BTC/USDT', side: 'BUY', type: 'TRAILING_STOP_MARKET', quantity: '0.001' },
      trailingPercent: '2.5',
    },
  };

  @Field.id('acc', { description: ACCOUNT, optional: true })
  accountId?: AccountId;

  @Field.symbol({ description: 'The market; BTCUSDT and BTC-USDT are understood.', example: 'BTC/USDT' })
  symbol!: string;

  @Field.choice(['BUY', 'SELL'], { description: 'Which way.', example: 'BUY' })
  side!: Side;

  @Field.choice([...orderTypes, 'STOP'], {
    description:
      'MARKET takes what is there, LIMIT names a price. The others wait until `stopPrice` is touched, a trailing stop until ' +
      'the market turns by its distance; STOP is STOP_MARKET.',
    example: 'MARKET',
  })
  type!: OrderRequest['type'] | 'STOP';

  @DecimalString({ description: 'Base quantity.', example: '0.001', positive: true, optional: true })
  quantity?: string;

  @DecimalString({
    example: '100',
    description: 'Quote to trade before fees; MARKET only.',
    positive: true,
    optional: true,
  })
  quoteQuantity?: string;

  @DecimalString({
    example: '2.5',
    description:
      'Instead of a quantity: this many percent of what the account is worth in the quote asset, at the limit, the trigger or ' +
      'the side of the book that it takes. Rounded down to the step; `preview` shows what it comes to.',
    positive: true,
    optional: true,
  })
  equityPercent?: string;

  @DecimalString({
    example: '1',
    description:
      'Instead of a quantity: what is lost between the entry and the stop is this many percent of the equity, fees aside. ' +
      'The stop is `stopLoss`; without one a MARKET or LIMIT order names it as `stopPrice`, to reckon with: nothing is placed there.',
    positive: true,
    optional: true,
  })
  riskPercent?: string;

  @DecimalString({
    example: '61250.1',
    description: 'Limit price; LIMIT, STOP_LIMIT and TAKE_PROFIT_LIMIT only.',
    positive: true,
    optional: true,
  })
  price?: string;

  @Field.choice(timesInForce, {
    example: 'GTC',
    description: 'GTC unless said; MARKET is IOC; GTD ends at `expireTime`.',
    optional: true,
  })
  timeInForce?: NonNullable<OrderRequest['timeInForce']>;

  @Field.flag({
    description: 'Never takes: rejected when it would. LIMIT that rests only.',
    optional: true,
    default: false,
  })
  postOnly?: boolean;

  @Field.text({
    example: 'grid-7-L3-0001',
    description:
      'Your id of the order, unique in the account for ever: the same request again answers the same order.',
    optional: true,
    maxLength: 36,
    pattern: CLIENT_ORDER_ID,
    rule: 'printable characters without blanks; not . or ..',
  })
  clientOrderId?: string;

  @Field.text({
    example: 'grid',
    description: 'Name of the strategy behind it; shown on order and position.',
    optional: true,
    maxLength: 64,
  })
  strategy?: string;

  @Field.texts({
    example: ['demo'],
    description: 'Words of yours to find it by.',
    optional: true,
    max: 10,
    maxLength: 64,
  })
  tags?: string[];

  @Field.object(() => StopLossRequest, {
    description:
      'A stop for what this order buys: from its first fill on, for what is filled. It and `takeProfit` shrink each other.',
    optional: true,
  })
  stopLoss?: StopLossRequest;

  @Field.object(() => TakeProfitRequest, {
    description: 'A target for what this order buys.',
    optional: true,
  })
  takeProfit?: TakeProfitRequest;
}

/** The request in the words of the core: what was left out is null. */
export function termsOf(body: PlaceOrderRequest): OrderRequest {
  const type = body.type === 'STOP' ? 'STOP_MARKET' : body.type;
  const sizing = sizingOf(body, type);
  const reckons = sizing !== null && sizing.stopPrice !== null;
  const conditions = conditionsOf({ ...body, type, ...(reckons && { stopPrice: undefined }) });
  return {
    symbol: body.symbol,
    side: body.side,
    type,
    quantity: body.quantity ?? null,
    quoteQuantity: body.quoteQuantity ?? null,
    price: body.price ?? null,
    timeInForce: body.timeInForce ?? null,
    postOnly: body.postOnly ?? false,
    clientOrderId: body.clientOrderId ?? null,
    strategy: body.strategy ?? null,
    tags: body.tags ?? [],
    ...(conditions && { conditions }),
    ...(sizing && { sizing }),
  };
}

/** @throws DomainError ORDER_TERMS_INVALID */
function sizingOf(
  { equityPercent, riskPercent, stopPrice, stopLoss }: PlaceOrderRequest,
  type: OrderRequest['type'],
): SizingRequest | null {
  if (equityPercent !== undefined && riskPercent !== undefined) {
    const detail = 'Give equityPercent or riskPercent, not both.';
    throw new DomainError('ORDER_TERMS_INVALID', detail, { pointer: '/riskPercent' });
  }
  if (equityPercent !== undefined) return { by: 'EQUITY', share: equityPercent, stopPrice: null };
  if (riskPercent === undefined) return null;
  const plain = type === 'MARKET' || type === 'LIMIT';
  const named = plain && stopLoss === undefined ? (stopPrice ?? null) : null;
  return { by: 'RISK', share: riskPercent, stopPrice: named };
}

/** Orders to place and orders to cancel, at most a hundred in all. */
export class BatchRequest {
  static readonly examples = {
    two: {
      orders: [
        { symbol: 'BTC/USDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '50000' },
        { symbol: 'BTC/USDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '49000' },
      ],
      cancels: [],
    },
  };

  @Field.id('acc', { description: ACCOUNT, optional: true })
  accountId?: AccountId;

  @Field.list(() => PlaceOrderRequest, {
    description: 'Orders to place; `accountId` stands beside the list, not in them.',
    optional: true,
    max: MOST_ITEMS,
  })
  orders?: PlaceOrderRequest[];

  @Field.texts({
    description: 'Ids of orders to cancel.',
    example: [],
    optional: true,
    max: MOST_ITEMS,
    maxLength: 36,
  })
  cancels?: OrderId[];
}

/** What a person has found out about an order. */
export class ResolveOrderRequest {
  @Field.choice(['NOT_ACCEPTED', 'ADOPTED'], {
    description: 'NOT_ACCEPTED: the venue does not have it. ADOPTED: it does, under `venueOrderId`.',
    example: 'NOT_ACCEPTED',
  })
  outcome!: 'NOT_ACCEPTED' | 'ADOPTED';

  @Field.text({
    description: "The venue's id of it; with ADOPTED.",
    optional: true,
    maxLength: 64,
    example: '42',
  })
  venueOrderId?: string;

  @Field.text({
    description: 'How that is known; kept as the evidence.',
    maxLength: 1000,
    example: 'Not in the list of all orders of the day at the venue, read by hand.',
  })
  note!: string;
}

/** New terms; what is left out stays as it is. */
export class AmendOrderRequest {
  @DecimalString({
    description: 'The new total, what is filled included.',
    example: '0.02',
    positive: true,
    optional: true,
  })
  quantity?: string;

  @DecimalString({ description: 'The new limit price.', example: '49000', positive: true, optional: true })
  price?: string;

  @DecimalString({
    description: 'What you believe to be filled; anything else is refused with 412.',
    example: '0',
    optional: true,
  })
  expectedFilledQuantity?: string;
}

export class CancelAllRequest {
  @Field.id('acc', { description: ACCOUNT, optional: true })
  accountId?: AccountId;

  @Field.symbol({ description: 'Only orders of this market.', optional: true })
  symbol?: string;

  @Field.flag({
    description: 'Leaves what protects a position: reduce-only orders, stops of groups, stops that close it.',
    optional: true,
    default: false,
  })
  keepProtective?: boolean;
}

export class ListOrdersQuery extends PageQuery {
  @Field.id('acc', { description: 'Only orders of this account.', optional: true })
  accountId?: AccountId;

  @Field.symbol({ description: 'Only orders of this market.', optional: true })
  symbol?: string;

  @Field.choices(orderStatuses, { description: 'Only orders in one of these states.', optional: true })
  status?: OrderStatus[];

  @Field.text({ description: 'Only orders with this `strategy`.', optional: true, maxLength: 64 })
  strategyId?: string;

  @Field.time({ description: 'Made at or after.', optional: true })
  from?: number;

  @Field.time({ description: 'Made before.', optional: true })
  to?: number;
}

export class GetOrderQuery {
  @Field.choice(['terminal'], {
    description: '`terminal`: answers once the order has ended.',
    optional: true,
  })
  waitFor?: 'terminal';

  @Field.integer({ description: 'Seconds to wait at most.', optional: true, min: 1, max: 60, default: 10 })
  timeout?: number;
}

export class ListFillsQuery extends PageQuery {
  @Field.id('acc', { description: 'Only fills of this account.', optional: true })
  accountId?: AccountId;

  @Field.id('ord', { description: 'Only fills of this order.', optional: true })
  orderId?: OrderId;

  @Field.symbol({ description: 'Only fills of this market.', optional: true })
  symbol?: string;
}
