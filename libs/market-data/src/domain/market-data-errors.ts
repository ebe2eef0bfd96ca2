import { defineErrors } from '@sextant/kernel';

export const marketDataErrors = defineErrors({
  ORDER_BOOK_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    title: 'No order book at the moment',
    description:
      'The book of this market is not in sequence: it is being built, or waits for a snapshot after a gap.',
    retryable: true,
  },
  NO_MARKET_DATA: {
    kind: 'UNAVAILABLE',
    title: 'No market data of that venue',
    description: 'The adapter of this venue tells no prices, or none at an address of your own.',
    retryable: false,
  },
  VENUE_MARKETS_UNKNOWN: {
    kind: 'UNAVAILABLE',
    title: 'The markets of the venue are not known yet',
    description: 'The venue was asked for its instruments and has not told them so far; it is asked again.',
    retryable: true,
  },
  UNKNOWN_SYMBOL: {
    kind: 'REFUSED',
    title: 'Unknown symbol',
    description:
      'No venue of this installation has that market. `GET /api/market-data/symbols` lists what there is.',
  },
  INTERVAL_UNKNOWN: {
    kind: 'MALFORMED',
    title: 'Unknown interval',
    description: 'Candles are of 1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w or 1M.',
  },
  CANDLE_MALFORMED: {
    kind: 'MALFORMED',
    title: 'Not a candle',
    description:
      'A number of the candle is no plain decimal, or its prices cannot be: `row` and `field` say which.',
  },
  CANDLE_TOO_FINE: {
    kind: 'MALFORMED',
    title: 'A candle with too many digits',
    description:
      'Prices and volume of a series are counted in the unit of its finest number; this one is beyond 2^53 of them.',
  },
});
