import type { BudgetRule, ChannelProfile, VenueBan } from '../../domain/channel/channel-profile.js';
import { banOf as usualBanOf } from '../../domain/channel/venue-ban.js';
import type { VenueAbout } from '../../domain/venue-about.js';
import type { VenueTraits } from '../../domain/venue-traits.js';
import type { PollPace } from '../native/polled-events.js';

/** github.com/nobitex/docs-api and apidocs.nobitex.ir; where they differ the latter, newer one. */
export const NOBITEX = 'NOBITEX';

export const NOBITEX_ROOT = 'https://apiv2.nobitex.ir';

/** The name by which the documentation asks programs to be told apart. */
export const USER_AGENT = 'TraderBot/Sextant';

/** The timestamp of a signed request may be so far from the venue's clock. */
export const SIGNATURE_WINDOW_MS = 30_000;

/**
 * A client order id is unique, and found, only among orders that have not ended; acceptance is judged again later, in the
 * venue's own time; requests of an API key have a validity window, those of a token have none, and what holds for both is
 * said. No absence is proof here.
 */
export const nobitexTraits: VenueTraits = {
  clientOrderIds: 'UNIQUE_WHILE_OPEN',
  // Ids of ours go out as their 32 digits, so no other id may look like that; `venue-…` is what stands for none.
  clientOrderIdPattern: '^(?:ord_[0-9a-f]{32}|(?!venue-|[0-9a-f]{32}$)[A-Za-z0-9_-]{1,32})$',
  validityWindowMs: null,
  visibilityLagMs: 60_000,
  absenceProof: 'NEVER',
  tradeIds: 'UNIQUE_PER_ACCOUNT',
  lookupByClientId: 'OPEN_ORDERS',
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC'],
  postOnly: false,
  marketByQuote: false,
  amend: 'NONE',
  selfTradePrevention: 'NONE',
  pushesOwnEvents: false,
  rateCosts: { place: 1, cancel: 1, query: 1 },
};

export const nobitexAbout: VenueAbout = {
  adapter: 'NATIVE',
  verified: true,
  passphrase: 'NONE',
  tellsPermissions: true,
};

/** Lists of own orders and trades may be asked 30 times a minute each. */
export const nobitexPace: PollPace = { busyMs: 5_000, idleMs: 30_000 };

/** What one call takes of the 300 units a minute of its bucket, so that the dearest list stays within its own limit. */
export const WEIGHTS = {
  orderStatus: 1,
  orderList: 10,
  tradeList: 10,
  wallets: 30,
  profile: 10,
  keys: 10,
  orderBook: 1,
  trades: 5,
  stats: 15,
  candles: 5,
  options: 5,
} as const;

const MINUTE_MS = 60_000;

const budgets: readonly BudgetRule[] = [
  {
    name: 'placements',
    limit: 300,
    windowMs: 10 * MINUTE_MS,
    scope: 'CREDENTIAL',
    buckets: ['trading'],
    counts: 'CALLS',
    only: 'ENTRY_AND_PROTECTIVE',
  },
  {
    name: 'trading',
    limit: 90,
    windowMs: MINUTE_MS,
    scope: 'CREDENTIAL',
    buckets: ['trading'],
    counts: 'CALLS',
  },
  {
    name: 'account',
    limit: 300,
    windowMs: MINUTE_MS,
    scope: 'CREDENTIAL',
    buckets: ['account'],
    counts: 'WEIGHT',
  },
  {
    name: 'marketData',
    limit: 300,
    windowMs: MINUTE_MS,
    scope: 'ADDRESS',
    buckets: ['marketData'],
    counts: 'WEIGHT',
  },
];

/** `{"status":"failed","code":"TooManyRequests","message":"…","backOff":12,"limit":60}`, seconds. */
const BACK_OFF = /"backOff"\s*:\s*(\d{1,5})\b/;

/** Whoever goes on asking has the token blocked for every call, so the wait that is asked for holds for all. */
function banOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: number,
): VenueBan | null {
  const seconds = status === 429 ? BACK_OFF.exec(body.slice(0, 2_000))?.[1] : undefined;
  if (seconds === undefined) return usualBanOf(status, headers, body, now);
  return { until: now + Number(seconds) * 1_000, reason: 'BACK_OFF' };
}

export const nobitexChannel: ChannelProfile = {
  venue: NOBITEX,
  endpoints: { api: [NOBITEX_ROOT] },
  budgets,
  banOf,
  serverTime: 'DATE_HEADER',
  validityWindowMs: SIGNATURE_WINDOW_MS,
};
