import type { AccountId, ApprovalCheck, Clock, EpochMs } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import type { Logger, Timers } from '@sextant/platform';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import type { VenueChannels } from '../../domain/channel/venue-channels.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { VenueCredentials } from '../../domain/venue-credentials.js';
import type { NativeSession } from './native-session.js';

/** What an adapter of ours is given. */
export interface NativeDeps {
  channels: VenueChannels;
  approvals: ApprovalCheck;
  credentials: VenueCredentials;
  clock: Clock;
  timers: Timers;
  log: Logger;
  /** Where the venue is, when not at its own address: a practice venue. Without a slash at the end. */
  root?: string;
}

/** The one session of each account: opening another ends the one before. */
export class OpenSessions<S extends NativeSession> {
  private readonly byAccount = new Map<AccountId, S>();

  /** The session opened last that is still open. */
  get latest(): S | null {
    return [...this.byAccount.values()].findLast((session) => !session.hasEnded) ?? null;
  }

  async replace(accountId: AccountId, session: S): Promise<S> {
    const before = this.byAccount.get(accountId);
    this.byAccount.delete(accountId);
    this.byAccount.set(accountId, session);
    await before?.end('SESSION_REPLACED');
    return session;
  }
}

/** @throws DomainError CONNECTION_NOT_FOUND when the account has no key for the venue; CREDENTIAL_INVALID */
export async function assertConnected(
  credentials: VenueCredentials,
  accountId: AccountId,
  venue: string,
): Promise<void> {
  if ((await credentials.of(accountId, venue)) !== null) return;
  throw new DomainError('CONNECTION_NOT_FOUND', `The account has no connection to ${venue}.`);
}

/** What a call that returns no outcome makes of one. @throws DomainError VENUE_UNAVAILABLE */
export function valueOf<T>(venue: string, answer: GatewayOutcome<T>): T {
  if (answer.outcome === 'CONFIRMED') return answer.value;
  const { code, detail } = answer.reason;
  throw new DomainError('VENUE_UNAVAILABLE', `${venue} does not tell what is needed: ${code}.`, { detail });
}

/** The venue's clock by the answers of its channel; asks for one where there was none. @throws DomainError */
export async function clockOf(
  { venue, clock: venueClock }: VenueChannel,
  clock: Clock,
  ask: () => Promise<GatewayOutcome<unknown>>,
): Promise<EpochMs> {
  if (venueClock.offsetMs === null) await ask();
  const { offsetMs } = venueClock;
  if (offsetMs !== null) return Math.round(clock.now() + offsetMs);
  throw new DomainError('VENUE_UNAVAILABLE', `${venue} does not tell its time.`);
}
