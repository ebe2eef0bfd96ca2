import { describeVenue } from './describe-venue.contract.js';
import { frontEndTarget } from './front-ends/front-end-target.js';
import { KRAKEN, startKraken } from './front-ends/kraken/kraken-front-end.js';

describeVenue(frontEndTarget(KRAKEN, startKraken), {
  lacks: ['iceberg orders', 'reduce-only orders', 'term that it cannot amend', 'TRAILING_STOP_MARKET'],
});
