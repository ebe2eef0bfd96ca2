import type { ApprovalCheck, Clock } from '@sextant/kernel';
import type { Logger, Timers } from '@sextant/platform';
import type { VenueChannels } from '../../domain/channel/venue-channels.js';
import type { VenueCredentials } from '../../domain/venue-credentials.js';
import type { CcxtEndpoints } from './venue-profile.js';

/** What a gateway of ccxt stands on. */
export interface CcxtGatewayDeps {
  channels: VenueChannels;
  approvals: ApprovalCheck;
  credentials: VenueCredentials;
  clock: Clock;
  timers: Timers;
  log: Logger;
  /** Other hosts than the venue's own: a chaos venue. */
  endpoints?: CcxtEndpoints;
  /** Markets whose fills are always read, where the venue tells them by market only; those traded in are so anyway. */
  symbols?: readonly string[];
}
