import { defineErrors } from '@sextant/kernel';

export const marketDataErrors = defineErrors({
  ORDER_BOOK_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    title: 'No order book at the moment',
    description:
      'The book of this market is not in sequence: it is being built, or waits for a snapshot after a gap.',
    retryable: true,
  },
  UNKNOWN_SYMBOL: {
    kind: 'REFUSED',
    title: 'Unknown symbol',
    description:
      'No venue of this installation has that market. `GET /api/market-data/symbols` lists what there is.',
  },
});
