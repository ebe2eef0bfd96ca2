import { describeVenue } from './describe-venue.contract.js';
import { frontEndTarget } from './front-ends/front-end-target.js';
import { KRAKEN, startKraken } from './front-ends/kraken/kraken-front-end.js';

describeVenue(frontEndTarget(KRAKEN, startKraken), {
  lacks: [
    'iceberg orders',
    'GTD',
    'triggers',
    'term that it cannot amend',
    'STOP_MARKET',
    'STOP_LIMIT',
    'TAKE_PROFIT_MARKET',
    'TAKE_PROFIT_LIMIT',
    'TRAILING_STOP_MARKET',
  ],
});
