import { defineEvents } from './define-events.js';

const market = {
  venue: 'name',
  endpoint: 'address where it is not the venue’s own, else null',
  symbol: 'BASE/QUOTE',
};

/** What happens to the feeds of followed markets, on the `system` stream. */
export const marketEvents = defineEvents({
  MarketDataStale: {
    description:
      'The prices of a followed market have not been to be traded on for a while; no order is placed on them.',
    payload: {
      ...market,
      staleMs: 'for how long',
      lastReceivedAt: 'epoch ms, or null when nothing ever came',
    },
  },
  MarketDataRecovered: {
    description: 'The prices of that market may be traded on again.',
    payload: { ...market, staleMs: 'for how long they were not' },
  },
});

export type MarketEventType = keyof typeof marketEvents;
