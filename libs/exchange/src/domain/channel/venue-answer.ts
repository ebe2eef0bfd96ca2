import type { EpochMs } from '@sextant/kernel';

export interface PreparedRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /**
   * Absolute, under one of the profile's endpoints; the channel may put another endpoint of the same base in
   * its place.
   */
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

/** The caller takes the call back just before bytes leave. */
export interface Withheld {
  withhold: string;
}

/**
 * Nothing left this process, for certain. BREAKER_OPEN, HALTED (a ban), PAUSED (Retry-After), CLOCK_UNSAFE
 * (entries only), QUEUE_FULL, QUEUE_TIMEOUT (no budget or connection in time), WEIGHT_TOO_LARGE, STOPPED:
 * refused here. WITHHELD: by the caller. CONNECT_FAILED, DNS_FAILED, TLS_FAILED, PROXY_FAILED,
 * CONNECT_TIMEOUT: no connection. HOST_NOT_ALLOWED, BAD_REQUEST, STALE_REQUEST (connected too long after
 * signing), PERMIT_USED: the request itself.
 */
export type NotSentCode =
  | 'BREAKER_OPEN'
  | 'HALTED'
  | 'PAUSED'
  | 'CLOCK_UNSAFE'
  | 'QUEUE_FULL'
  | 'QUEUE_TIMEOUT'
  | 'WEIGHT_TOO_LARGE'
  | 'STOPPED'
  | 'WITHHELD'
  | 'CONNECT_FAILED'
  | 'DNS_FAILED'
  | 'TLS_FAILED'
  | 'PROXY_FAILED'
  | 'CONNECT_TIMEOUT'
  | 'HOST_NOT_ALLOWED'
  | 'BAD_REQUEST'
  | 'STALE_REQUEST'
  | 'PERMIT_USED';

/**
 * Bytes may have left and no whole answer came. TIMEOUT: no headers, or no end, in time. GARBLED: not HTTP,
 * or not what its headers promise. ABORTED: this process stopped.
 */
export type NoAnswerCode = 'TIMEOUT' | 'RESET' | 'TRUNCATED' | 'TOO_LARGE' | 'GARBLED' | 'ABORTED';

export interface Answer {
  kind: 'ANSWER';
  status: number;
  /** Lower-case names; several lines of one name are joined by `, `. */
  headers: Record<string, string>;
  body: string;
  /** When its last byte was here, by this machine's clock. */
  at: EpochMs;
  roundTripMs: number;
}

export interface NotSent {
  kind: 'NOT_SENT';
  code: NotSentCode;
  /** For people; holds no secret, no query string. */
  detail: string;
  /** When it may be worth trying again; null when waiting does not help or nobody knows. */
  retryAfterMs: number | null;
}

export interface NoAnswer {
  kind: 'NO_ANSWER';
  code: NoAnswerCode;
  /** For people; holds no secret, no query string. */
  detail: string;
}

/** What became of one call. A redirect is an ANSWER (3xx): it is never followed. */
export type VenueAnswer = Answer | NotSent | NoAnswer;
