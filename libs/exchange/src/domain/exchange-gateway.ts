import type { AccountId, EpochMs, Instrument } from '@sextant/kernel';
import type { ExchangeSession } from './exchange-session.js';
import type { GatewayOutcome } from './gateway-outcome.js';
import type { VenueAbout } from './venue-about.js';
import type { KeyPermissions, VenueCredential } from './venue-credentials.js';
import type { VenueMarketData } from './venue-market-data.js';
import type { VenueTraits } from './venue-traits.js';

/** One venue. */
export abstract class ExchangeGateway {
  abstract readonly venue: string;
  abstract readonly traits: VenueTraits;

  /** What the adapter is; absent for the simulated venue. */
  readonly about?: VenueAbout;

  abstract instruments(): Promise<Instrument[]>;

  abstract serverTime(): Promise<EpochMs>;

  /** Opens the account; a session of it that was open before, in any process, can do nothing from then on. */
  abstract open(accountId: AccountId): Promise<ExchangeSession>;

  /** The venue's public data; absent where another context feeds the venue (the paper venue). */
  readonly marketData?: VenueMarketData;

  /** What a key may do, asked of the venue with the key itself. Absent where accounts need no key. */
  permissions?(credential: VenueCredential): Promise<GatewayOutcome<KeyPermissions>>;

  /** The same protocol at another address, to rehearse against; absent where there is nothing to call. */
  at?(endpoint: string): ExchangeGateway;

  /** Gives up what was opened to call that address. */
  leave?(endpoint: string): Promise<void>;

  /** Venues with play money only: credits the account, once for each reference. */
  deposit?(accountId: AccountId, asset: string, units: bigint, reference: string): Promise<void>;
}
