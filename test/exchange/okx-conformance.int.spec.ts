import { describeVenue } from './describe-venue.contract.js';
import { okxTarget } from './front-ends/okx/okx-target.js';

describeVenue(okxTarget, {
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
