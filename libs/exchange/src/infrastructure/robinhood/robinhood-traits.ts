import type { ChannelProfile } from '../../domain/channel/channel-profile.js';
import type { VenueAbout } from '../../domain/venue-about.js';
import type { VenueTraits } from '../../domain/venue-traits.js';
import type { PollPace } from '../native/polled-events.js';

/** docs.robinhood.com/crypto/trading, version 1 of the API, whose price includes the spread and which has no fee. */
export const ROBINHOOD = 'ROBINHOOD';

export const ROBINHOOD_ROOT = 'https://trading.robinhood.com';

/** A signature is accepted for 30 s after its timestamp. */
export const SIGNATURE_WINDOW_MS = 30_000;

/**
 * The documentation calls the client order id "for idempotency validation", says nothing of what a second one is
 * answered, has no lookup by it, and does not say when an accepted order is in the list: no absence is proof here.
 */
export const robinhoodTraits: VenueTraits = {
  clientOrderIds: 'NOT_UNIQUE',
  clientOrderIdPattern: '^ord_[0-9a-f]{32}$',
  validityWindowMs: SIGNATURE_WINDOW_MS,
  visibilityLagMs: 60_000,
  absenceProof: 'NEVER',
  tradeIds: 'UNIQUE_PER_ACCOUNT',
  lookupByClientId: 'NONE',
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC'],
  postOnly: false,
  marketByQuote: false,
  amend: 'NONE',
  selfTradePrevention: 'NONE',
  pushesOwnEvents: false,
  rateCosts: { place: 1, cancel: 1, query: 1 },
};

export const robinhoodAbout: VenueAbout = {
  adapter: 'NATIVE',
  verified: true,
  passphrase: 'NONE',
  tellsPermissions: true,
};

/** Two or three calls a round: a sixth of the budget while orders are open. */
export const robinhoodPace: PollPace = { busyMs: 10_000, idleMs: 60_000 };

/** 100 requests a minute for each user account; the bursts of up to 300 are not counted on. */
export const robinhoodChannel: ChannelProfile = {
  venue: ROBINHOOD,
  endpoints: { api: [ROBINHOOD_ROOT] },
  budgets: [
    {
      name: 'requests',
      limit: 100,
      windowMs: 60_000,
      scope: 'CREDENTIAL',
      buckets: ['trading', 'marketData', 'account'],
      counts: 'CALLS',
    },
  ],
  serverTime: 'DATE_HEADER',
  validityWindowMs: SIGNATURE_WINDOW_MS,
};
