import { describeVenue } from './describe-venue.contract.js';
import { targetOf } from './front-ends/loopback-target.js';
import { OKX } from './front-ends/okx/okx-target.js';

describeVenue(targetOf(OKX), {
  lacks: [
    'iceberg orders',
    'GTD',
    'reduce-only orders',
    'triggers',
    'term that it cannot amend',
    'STOP_MARKET',
    'STOP_LIMIT',
    'TAKE_PROFIT_MARKET',
    'TAKE_PROFIT_LIMIT',
    'TRAILING_STOP_MARKET',
  ],
});
