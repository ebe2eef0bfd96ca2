import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { DomainError } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { MarketData } from './market-data.js';

/** A price and the size displayed there. */
export type BookLevel = [price: string, quantity: string];

export interface OrderBookView {
  symbol: string;
  venue: string;
  sequence: number;
  asOf: EpochMs;
  ageMs: number;
  stale: boolean;
  bids: BookLevel[];
  asks: BookLevel[];
}

/** The best `depth` levels of both sides; `symbol` in any spelling. */
export class GetOrderBook extends Query<OrderBookView> {
  constructor(
    readonly symbol: string,
    readonly depth: number,
  ) {
    super();
  }
}

@QueryHandler(GetOrderBook)
export class GetOrderBookHandler implements IQueryHandler<GetOrderBook> {
  constructor(private readonly marketData: MarketData) {}

  /** @throws DomainError UNKNOWN_SYMBOL, ORDER_BOOK_UNAVAILABLE */
  async execute({ symbol: text, depth }: GetOrderBook): Promise<OrderBookView> {
    const symbol = this.marketData.resolveSymbol(text);
    await this.marketData.look(symbol);
    const book = this.marketData.depth(symbol, depth);
    if (book === null) {
      throw new DomainError('ORDER_BOOK_UNAVAILABLE', `The order book of ${symbol} is being built.`, {
        symbol,
      });
    }
    const instrument = this.marketData.instrument(symbol);
    const levels = (pairs: readonly number[]): BookLevel[] =>
      Array.from({ length: pairs.length / 2 }, (_, at) => [
        instrument.ticksToPrice(pairs[2 * at] as number).toString(),
        instrument.lotsToQuantity(pairs[2 * at + 1] as number).toString(),
      ]);
    const { sequence, asOf, stale } = book;
    const { venue } = instrument;
    const ageMs = Math.round(book.ageMs);
    return { symbol, venue, sequence, asOf, ageMs, stale, bids: levels(book.bids), asks: levels(book.asks) };
  }
}
