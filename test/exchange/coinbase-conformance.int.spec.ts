import { describeVenue } from './describe-venue.contract.js';
import { COINBASE, startCoinbase } from './front-ends/coinbase/coinbase-front-end.js';
import { frontEndTarget } from './front-ends/front-end-target.js';

describeVenue(
  frontEndTarget(COINBASE, () => startCoinbase()),
  {
    lacks: [
      'iceberg orders',
      'reduce-only orders',
      'countdown',
      'amendment of its own',
      'STOP_MARKET',
      'TAKE_PROFIT_MARKET',
      'TAKE_PROFIT_LIMIT',
      'TRAILING_STOP_MARKET',
    ],
  },
);
