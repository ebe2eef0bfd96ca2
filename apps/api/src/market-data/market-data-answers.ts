import { ApiProperty } from '@nestjs/swagger';
import type { EpochMs } from '@sextant/kernel';
import type { OrderBookView, StreamState, SymbolView, TickerView, TradeView } from '@sextant/market-data';
import { DecimalString, Field } from '../http/index.js';

const PRICE = '61837.63';
const QUANTITY = '0.125';
const TIME = '2026-01-31T12:00:00.000Z';

export class SymbolResponse {
  @Field.symbol({ description: 'The market in canonical form.' })
  symbol!: string;

  @Field.text({ description: 'The venue whose rules these are.', example: 'PAPER' })
  venue!: string;

  @Field.text({ description: 'Base asset.', example: 'BTC' })
  base!: string;

  @Field.text({ description: 'Quote asset.', example: 'USDT' })
  quote!: string;

  @DecimalString({ description: 'Prices are multiples of it.', example: '0.01' })
  tickSize!: string;

  @DecimalString({ description: 'Quantities are multiples of it.', example: '0.00001' })
  stepSize!: string;

  @DecimalString({ description: 'Lowest price.', example: '0.01' })
  minPrice!: string;

  @DecimalString({ description: 'Highest price.', example: '1000000' })
  maxPrice!: string;

  @DecimalString({ description: 'Smallest quantity.', example: '0.00001' })
  minQuantity!: string;

  @DecimalString({ description: 'Largest quantity.', example: '9000' })
  maxQuantity!: string;

  @DecimalString({ description: 'Smallest price × quantity, in quote.', example: '5' })
  minNotional!: string;

  @DecimalString({ description: 'Fee of a maker as a fraction; negative is a rebate.', example: '0.001' })
  makerFeeRate!: string;

  @DecimalString({ description: 'Fee of a taker as a fraction.', example: '0.001' })
  takerFeeRate!: string;

  static of(view: SymbolView): SymbolResponse {
    return { ...view };
  }
}

export class TickerResponse {
  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @DecimalString({ description: 'Best bid; null without a book.', nullable: true, example: PRICE })
  bidPrice!: string | null;

  @DecimalString({ description: 'Size at the best bid.', nullable: true, example: QUANTITY })
  bidQuantity!: string | null;

  @DecimalString({ description: 'Best ask; null without a book.', nullable: true, example: '61837.64' })
  askPrice!: string | null;

  @DecimalString({ description: 'Size at the best ask.', nullable: true, example: QUANTITY })
  askQuantity!: string | null;

  @DecimalString({
    description: 'Middle of the best prices; null while stale.',
    nullable: true,
    example: '61837.635',
  })
  markPrice!: string | null;

  @DecimalString({ description: 'Price of the newest trade.', nullable: true, example: PRICE })
  lastPrice!: string | null;

  @Field.time({ description: 'When the book was last heard of.', nullable: true, example: TIME })
  asOf!: string | null;

  @Field.integer({ description: 'Milliseconds since then.', nullable: true, example: 40 })
  ageMs!: number | null;

  @Field.flag({
    description: 'Past its age limit, out of sequence or crossed: nothing trades on it.',
    example: false,
  })
  stale!: boolean;

  static of(view: TickerView): TickerResponse {
    return { ...view, asOf: view.asOf === null ? null : iso(view.asOf) };
  }
}

const LEVELS = {
  type: 'array',
  items: { type: 'array', items: { type: 'string', format: 'decimal' }, minItems: 2, maxItems: 2 },
  example: [[PRICE, QUANTITY]],
} as const;

export class OrderBookResponse {
  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @Field.integer({ description: 'The last update in the book; it only grows.', example: 50093239218 })
  sequence!: number;

  @Field.time({ description: 'When the book was last heard of.', example: TIME })
  asOf!: string;

  @Field.integer({ description: 'Milliseconds since then.', example: 40 })
  ageMs!: number;

  @Field.flag({ description: 'Past its age limit or crossed: nothing trades on it.', example: false })
  stale!: boolean;

  @ApiProperty({ ...LEVELS, description: 'Bids as price and size, best first.' })
  bids!: string[][];

  @ApiProperty({ ...LEVELS, description: 'Asks as price and size, best first.' })
  asks!: string[][];

  static of(view: OrderBookView): OrderBookResponse {
    return { ...view, asOf: iso(view.asOf) };
  }
}

export class TradeResponse {
  @Field.text({ description: "The venue's id of the trade.", example: '3735683259' })
  tradeId!: string;

  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @DecimalString({ description: 'Price.', example: PRICE })
  price!: string;

  @DecimalString({ description: 'Quantity.', example: QUANTITY })
  quantity!: string;

  @Field.choice(['BUY', 'SELL'], {
    description: 'Side of the order that removed liquidity; null where the venue does not say.',
    nullable: true,
    example: 'SELL',
  })
  side!: string | null;

  @Field.time({ description: 'When it happened.', example: TIME })
  executedAt!: string;

  static of(view: TradeView): TradeResponse {
    return { ...view, executedAt: iso(view.executedAt) };
  }
}

export class StreamResponse {
  @Field.text({ description: 'The venue.', example: 'PAPER' })
  venue!: string;

  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.choice(['depth', 'ticker', 'trade'], { description: 'What the stream carries.', example: 'depth' })
  stream!: string;

  @Field.choice(['WAITING', 'LIVE', 'STALE', 'GAP'], {
    description: 'WAITING: nothing came yet. STALE: silent past the age limit. GAP: waits for a snapshot.',
    example: 'LIVE',
  })
  state!: string;

  @Field.time({ description: 'When it was last heard of.', nullable: true, example: TIME })
  lastReceivedAt!: string | null;

  @Field.integer({ description: 'Milliseconds since then.', nullable: true, example: 40 })
  ageMs!: number | null;

  @Field.integer({ description: 'Messages since the start.', example: 1200 })
  messages!: number;

  @Field.integer({ description: 'Gaps since the start.', example: 0 })
  gaps!: number;

  @Field.integer({
    description: 'Values that were malformed, old, repeated, crossed or beyond the price band.',
    example: 0,
  })
  refused!: number;

  static of(state: StreamState): StreamResponse {
    return { ...state, lastReceivedAt: state.lastReceivedAt === null ? null : iso(state.lastReceivedAt) };
  }
}

function iso(time: EpochMs): string {
  return new Date(time).toISOString();
}
