import { CLIENT_ORDER_ID_PATTERN } from '@sextant/venue';
import type { VenueTraits } from '../domain/venue-traits.js';

/**
 * The paper venue is in the caller's process, so it needs no signed window: a session opened later is the fence.
 * It never answers a client order id twice; the same id with the same terms is refused like any other duplicate.
 */
export const simulatedTraits: VenueTraits = {
  clientOrderIds: 'UNIQUE_FOR_EVER',
  clientOrderIdPattern: CLIENT_ORDER_ID_PATTERN,
  validityWindowMs: null,
  visibilityLagMs: 0,
  absenceProof: 'AFTER_REOPEN',
  tradeIds: 'UNIQUE_PER_ACCOUNT',
  lookupByClientId: 'ALL_ORDERS',
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC', 'IOC', 'FOK'],
  postOnly: true,
  marketByQuote: true,
  amend: 'NONE',
  selfTradePrevention: 'CANCEL_NEWEST',
  pushesOwnEvents: true,
  rateCosts: { place: 0, cancel: 0, query: 0 },
};
