import { failureClassOf, isNoConnection, isVenueFailure } from './answer-class.js';
import type { NoAnswerCode, NotSentCode, VenueAnswer } from './venue-answer.js';

const answer = (status: number): VenueAnswer => ({
  kind: 'ANSWER',
  status,
  headers: {},
  body: '',
  at: 0,
  roundTripMs: 1,
});
const unsent = (code: NotSentCode): VenueAnswer => ({
  kind: 'NOT_SENT',
  code,
  detail: '',
  retryAfterMs: null,
});
const lost = (code: NoAnswerCode): VenueAnswer => ({ kind: 'NO_ANSWER', code, detail: '' });

it.each<[string, VenueAnswer, ReturnType<typeof failureClassOf>, boolean, boolean]>([
  ['200', answer(200), null, false, false],
  ['302', answer(302), null, false, false],
  ['400', answer(400), null, false, false],
  ['401', answer(401), 'AUTH', false, false],
  ['403', answer(403), null, false, false],
  ['418', answer(418), null, false, false],
  ['429', answer(429), 'RATE_LIMIT', false, false],
  ['500', answer(500), 'BUSY', true, false],
  ['503', answer(503), 'BUSY', true, false],
  ['TIMEOUT', lost('TIMEOUT'), 'NETWORK', true, false],
  ['RESET', lost('RESET'), 'NETWORK', true, false],
  ['TRUNCATED', lost('TRUNCATED'), 'NETWORK', true, false],
  ['GARBLED', lost('GARBLED'), 'NETWORK', true, false],
  ['TOO_LARGE', lost('TOO_LARGE'), null, true, false],
  ['ABORTED', lost('ABORTED'), null, false, false],
  ['CONNECT_FAILED', unsent('CONNECT_FAILED'), 'NETWORK', true, true],
  ['DNS_FAILED', unsent('DNS_FAILED'), 'NETWORK', true, true],
  ['TLS_FAILED', unsent('TLS_FAILED'), 'NETWORK', true, true],
  ['BREAKER_OPEN', unsent('BREAKER_OPEN'), null, false, false],
  ['HALTED', unsent('HALTED'), null, false, false],
  ['WITHHELD', unsent('WITHHELD'), null, false, false],
  ['STALE_REQUEST', unsent('STALE_REQUEST'), null, false, false],
])('%s: repeated as, against the venue, no connection', (_, told, failure, isFailure, noConnection) => {
  expect([failureClassOf(told), isVenueFailure(told), isNoConnection(told)]).toEqual([
    failure,
    isFailure,
    noConnection,
  ]);
});
