import type { EpochMs } from '@sextant/kernel';
import type { CallIntent } from './call-intent.js';
import type { ChannelState, VenueClock } from './channel-state.js';
import type { NotSent, PreparedRequest, VenueAnswer, Withheld } from './venue-answer.js';

/** Makes the request, signed with a timestamp of `venueNow`. */
export type Prepare = (venueNow: EpochMs) => PreparedRequest | Withheld;

/** The right to send one request now. Ends by `send` or `release`, or by itself after the call's timeout. */
export interface CallPermit {
  kind: 'PERMIT';
  /** The venue's clock now, for a timestamp. */
  venueNow(): EpochMs;
  /** Sends once, whatever the class; a second time is NOT_SENT `PERMIT_USED`. */
  send(request: PreparedRequest): Promise<VenueAnswer>;
  release(): void;
}

/** Everything around a call to one venue: adapters never use fetch themselves. No method rejects. */
export abstract class VenueChannel {
  abstract readonly venue: string;
  abstract readonly clock: VenueClock;

  /**
   * Waits for halt, breaker, budget and a free connection, then calls `prepare` immediately before bytes. Where
   * connecting took long, or failed and another endpoint is tried, `prepare` is called anew: at most one of the
   * requests leaves. Reads (`idempotentRead`) are sent again on failures that may pass; anything else is on the
   * wire at most once.
   */
  abstract call(intent: CallIntent, prepare: Prepare): Promise<VenueAnswer>;

  /**
   * For clients that build the request themselves: the same wait, then one request. Never sent again, even a
   * read.
   */
  abstract admit(intent: CallIntent): Promise<CallPermit | NotSent>;

  /** Why no call of this kind may go now, the clock aside; null when it may, or may soon. Sends nothing. */
  obstacle(_intent: CallIntent): NotSent | null {
    return null;
  }

  abstract state(): ChannelState;

  /** Opens nothing new, waits for what is in flight (at most its timeout), closes connections. */
  abstract close(): Promise<void>;
}
