import type { CcxtBook, CcxtBookSide, CcxtExchange } from './ccxt-exchange.js';

const FACTORIES = ['orderBook', 'indexedOrderBook', 'countedOrderBook'] as const;

/**
 * ccxt's live books count on numbers. With `number = String` some venues put text into them (Coinbase): a level of `"0.00"` is then
 * not empty and stays, and an ask is never found again by its price. So what goes in is made a number; at most 15
 * digits come out of it as they were, and the reader checks them against the market's grid.
 */
export function keepBooksOfNumbers(exchange: CcxtExchange): void {
  for (const factory of FACTORIES) {
    const make = exchange[factory].bind(exchange);
    exchange[factory] = (snapshot = {}, ...rest) => {
      const book: CcxtBook = make({}, ...rest);
      for (const side of [book.bids, book.asks]) countIn(side);
      book.reset(snapshot);
      return book;
    };
  }
}

function countIn(side: CcxtBookSide): void {
  const storeArray = side.storeArray.bind(side);
  const value = ([price, size, ...rest]: readonly unknown[]): void =>
    storeArray([numberOf(price), numberOf(size), ...rest]);
  Object.defineProperty(side, 'storeArray', { value, enumerable: false });
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' ? Number(value) : value;
}
