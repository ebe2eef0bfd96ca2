import type { AccountId, ApprovalCheck, Clock } from '@sextant/kernel';
import type { Logger, Timers } from '@sextant/platform';
import type { CallClass, CallIntent } from '../../domain/channel/call-intent.js';
import type { CcxtClient } from './ccxt-client.js';
import type { CcxtMarkets } from './ccxt-markets.js';
import type { CcxtVenueProfile } from './venue-profile.js';

/** What a session of one account stands on. */
export interface SessionParts {
  accountId: AccountId;
  client: CcxtClient;
  profile: CcxtVenueProfile;
  markets(): CcxtMarkets;
  /** Markets whose trades are read although this session has not touched them. */
  symbols: readonly string[];
  approvals: ApprovalCheck;
  clock: Clock;
  timers: Timers;
  log: Logger;
  /** A call of this account: reads unless said otherwise. */
  intent(callClass: CallClass, weight: number, idempotentRead?: boolean): CallIntent;
  /** The venue refused by a rule of the market: what is known of its rules is old. */
  onRulesChanged(): void;
}
