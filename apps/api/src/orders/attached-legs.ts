import type { GroupRequest, OrderRequest } from '@sextant/execution';
import { DecimalString } from '../http/index.js';

export class StopLossRequest {
  @DecimalString({ example: '40000', description: 'Where it is touched.', positive: true })
  stopPrice!: string;

  @DecimalString({
    example: '39900',
    description: 'Limit of what then goes out; a market order unless said.',
    positive: true,
    optional: true,
  })
  price?: string;
}

export class TakeProfitRequest {
  @DecimalString({
    example: '90000',
    description:
      'Limit. Alone it is an order that names this price; with `stopPrice` it goes out at its touch.',
    positive: true,
    optional: true,
  })
  price?: string;

  @DecimalString({
    example: '90000',
    description: 'Where it is touched; without `price` it then is a market order.',
    positive: true,
    optional: true,
  })
  stopPrice?: string;
}

/** The orders that `stopLoss` and `takeProfit` attach to an entry; null without any. */
export function bracketOf(
  entry: OrderRequest,
  { stopLoss, takeProfit }: { stopLoss?: StopLossRequest; takeProfit?: TakeProfitRequest },
): GroupRequest | null {
  const others: GroupRequest['others'] = [];
  if (stopLoss !== undefined) {
    const type = stopLoss.price === undefined ? 'STOP_MARKET' : 'STOP_LIMIT';
    others.push({ pointer: '/stopLoss', request: legOf(entry, type, stopLoss.price, stopLoss.stopPrice) });
  }
  if (takeProfit !== undefined) {
    const { price, stopPrice } = takeProfit;
    const triggered = price === undefined ? 'TAKE_PROFIT_MARKET' : 'TAKE_PROFIT_LIMIT';
    const type = stopPrice === undefined && price !== undefined ? 'LIMIT' : triggered;
    others.push({ pointer: '/takeProfit', request: legOf(entry, type, price, stopPrice) });
  }
  return others.length === 0 ? null : { type: 'BRACKET', others };
}

function legOf(
  { symbol, side, quantity, strategy, tags }: OrderRequest,
  type: OrderRequest['type'],
  price: string | undefined,
  stopPrice: string | undefined,
): OrderRequest {
  const conditions = {
    stopPrice: stopPrice ?? null,
    trailingDelta: null,
    trailingPercent: null,
    triggerBy: type === 'LIMIT' ? null : ('LAST' as const),
    expireTime: null,
    displayQuantity: null,
    reduceOnly: false,
  };
  return {
    symbol,
    side: side === 'BUY' ? 'SELL' : 'BUY',
    type,
    quantity,
    quoteQuantity: null,
    price: price ?? null,
    timeInForce: null,
    postOnly: false,
    clientOrderId: null,
    strategy,
    tags,
    ...(type !== 'LIMIT' && { conditions }),
  };
}
