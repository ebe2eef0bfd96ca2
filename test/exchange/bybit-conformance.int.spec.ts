import { describeVenue } from './describe-venue.contract.js';
import { targetOf } from './front-ends/loopback-target.js';
import { BYBIT } from './front-ends/bybit/bybit-target.js';

describeVenue(targetOf(BYBIT), {
  lacks: [
    'iceberg orders',
    'GTD',
    'reduce-only orders',
    'countdown',
    'triggers',
    'term that it cannot amend',
    'STOP_MARKET',
    'STOP_LIMIT',
    'TAKE_PROFIT_MARKET',
    'TAKE_PROFIT_LIMIT',
    'TRAILING_STOP_MARKET',
  ],
});
