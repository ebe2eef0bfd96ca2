import type { Clock } from '@sextant/kernel';
import type { Logger, Timers } from '@sextant/platform';
import type { CcxtClient } from './ccxt-client.js';
import type { CcxtMarkets } from './ccxt-markets.js';
import type { CcxtVenueProfile } from './venue-profile.js';

/** What public data stands on, once ccxt's file of the venue is loaded. */
export interface MarketDataParts {
  client: CcxtClient;
  profile: CcxtVenueProfile;
  /** Loads the markets when they are not. */
  markets(): Promise<CcxtMarkets>;
  clock: Clock;
  timers: Timers;
  log: Logger;
}
