import type { EpochMs } from '@sextant/kernel';

/** JSON that a piece of evidence is stored as. */
export type EvidenceDetail = {
  readonly [key: string]: string | number | boolean | null | EvidenceDetail | readonly EvidenceDetail[];
};

/**
 * What an outcome rests on. VENUE_ANSWER: the venue said so. TRANSPORT: bytes may have left and no usable answer came.
 * NOT_SENT: nothing left this process. FENCE: the venue refused us as a predecessor, so it did not and will not act.
 */
export interface Evidence {
  kind: 'VENUE_ANSWER' | 'TRANSPORT' | 'NOT_SENT' | 'FENCE';
  detail: EvidenceDetail;
  at: EpochMs;
}

/** Why a venue, or the gateway before it, said no or could not tell. `code` is ours; `detail` is for people. */
export interface OutcomeReason {
  code: string;
  detail: string;
  /** After how long it may be worth asking again; absent where nobody knows, or waiting does not help. */
  retryAfterMs?: number;
}

/** The three things a call to a venue can end in. Never decided by the class of an exception. */
export type GatewayOutcome<T> =
  | {
      outcome: 'CONFIRMED';
      value: T;
      evidence: Evidence;
      /** Only on public data: the venue could not be asked, and this is what it said at the evidence's time. */
      stale?: true;
    }
  | { outcome: 'REFUSED'; reason: OutcomeReason; evidence: Evidence }
  | { outcome: 'UNKNOWN'; reason: OutcomeReason; evidence: Evidence };

export function confirmed<T>(value: T, evidence: Evidence): GatewayOutcome<T> {
  return { outcome: 'CONFIRMED', value, evidence };
}

export function refused(reason: OutcomeReason, evidence: Evidence): GatewayOutcome<never> {
  return { outcome: 'REFUSED', reason, evidence };
}

export function unknown(reason: OutcomeReason, evidence: Evidence): GatewayOutcome<never> {
  return { outcome: 'UNKNOWN', reason, evidence };
}
