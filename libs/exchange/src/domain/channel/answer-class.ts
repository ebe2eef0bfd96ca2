import type { NotSentCode, VenueAnswer } from './venue-answer.js';

/** What stood in the way of a good answer, where trying a read again may help. */
export type FailureClass = 'NETWORK' | 'RATE_LIMIT' | 'BUSY' | 'AUTH';

const NO_CONNECTION: ReadonlySet<NotSentCode> = new Set<NotSentCode>([
  'CONNECT_FAILED',
  'DNS_FAILED',
  'TLS_FAILED',
  'PROXY_FAILED',
  'CONNECT_TIMEOUT',
]);

/** No connection came about: another endpoint may be tried at once, since nothing left. */
export function isNoConnection(answer: VenueAnswer): boolean {
  return answer.kind === 'NOT_SENT' && NO_CONNECTION.has(answer.code);
}

/**
 * Speaks against the venue's health: counts for breakers and endpoints. What the venue says on purpose (4xx)
 * does not.
 */
export function isVenueFailure(answer: VenueAnswer): boolean {
  if (answer.kind === 'ANSWER') return answer.status >= 500;
  return answer.kind === 'NO_ANSWER' ? answer.code !== 'ABORTED' : isNoConnection(answer);
}

/** Null for anything that a read is not repeated for. */
export function failureClassOf(answer: VenueAnswer): FailureClass | null {
  if (answer.kind === 'NO_ANSWER')
    return answer.code === 'TOO_LARGE' || answer.code === 'ABORTED' ? null : 'NETWORK';
  if (answer.kind === 'NOT_SENT') return isNoConnection(answer) ? 'NETWORK' : null;
  if (answer.status === 429) return 'RATE_LIMIT';
  if (answer.status === 401) return 'AUTH';
  return answer.status >= 500 ? 'BUSY' : null;
}
