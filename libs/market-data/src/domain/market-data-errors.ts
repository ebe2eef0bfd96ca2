import { defineErrors } from '@sextant/kernel';

export const marketDataErrors = defineErrors({
  UNKNOWN_SYMBOL: {
    kind: 'REFUSED',
    title: 'Unknown symbol',
    description:
      'No venue of this installation has that market. `GET /api/market-data/symbols` lists what there is.',
  },
});
