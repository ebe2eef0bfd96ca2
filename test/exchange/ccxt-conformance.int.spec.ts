import { chaosFuturesTarget, chaosTarget } from './chaos-target.js';
import { describeVenue } from './describe-venue.contract.js';

describeVenue(chaosTarget, { lacks: ['GTD', 'reduce-only orders', 'countdown'] });
describeVenue(chaosFuturesTarget, {
  lacks: [
    'iceberg orders',
    'triggers',
    'term that it cannot amend',
    'STOP_MARKET',
    'STOP_LIMIT',
    'TAKE_PROFIT_MARKET',
    'TAKE_PROFIT_LIMIT',
    'TRAILING_STOP_MARKET',
  ],
  fixtureLacks: ['tradeThrough'],
});
