/**
 * Every reason code an adapter may give, and what it tells the caller. One list for all venues: a venue's own code and
 * words stand in the reason's `detail` and in the evidence. The finest code that the venue's answer supports is used:
 * PRICE_FILTER, QUANTITY_FILTER, NOTIONAL_FILTER and PRICE_BAND where the rule is named, FILTER_FAILURE where it is not.
 */
export const outcomeCodes = {
  // Nothing left this process.
  APPROVAL_REFUSED: 'The approval does not cover this request, was used before, or is late.',
  LEASE_LOST: 'The account is not owned by this process any more.',
  VENUE_UNAVAILABLE: 'The venue cannot be reached at present; nothing was sent.',
  VENUE_HALTED: 'The venue is halted after a ban; nothing is sent until it ends.',
  BREAKER_OPEN: 'The breaker of this class of calls is open.',
  QUEUE_FULL: 'Too many calls wait for this venue.',
  BUDGET_EXHAUSTED: 'The rate budget would not allow the call within its time.',
  CLOCK_UNSAFE: 'The clock offset to the venue is not known well enough to sign.',
  UNSUPPORTED: 'The venue or its adapter cannot do this.',
  UNKNOWN_SYMBOL: 'The venue has no such market, or it cannot be represented exactly.',
  MALFORMED_ORDER: 'The order contradicts itself or lacks a field.',
  CLIENT_ORDER_ID_MALFORMED: 'The client order id is not one that this venue takes.',
  SESSION_REPLACED: 'A later session of this account has ended this one.',
  SESSION_CLOSED: 'The session is closed.',

  // The venue says no, definitely.
  INSUFFICIENT_BALANCE: 'The venue says that the free balance does not cover the order.',
  PRICE_FILTER: 'The price is off the tick grid or out of bounds by the venue’s present rules.',
  QUANTITY_FILTER: 'The quantity is off the step grid or out of bounds by the venue’s present rules.',
  NOTIONAL_FILTER: 'The order’s value is too small or too large.',
  PRICE_BAND: 'The price is too far from the market.',
  FILTER_FAILURE: 'A rule of the market refuses the order; the venue does not say which.',
  TOO_MANY_OPEN_ORDERS: 'The account or market has as many open orders as it may.',
  POST_ONLY_WOULD_TAKE: 'A post-only order would have traded at once.',
  WOULD_TRIGGER: 'A conditional order would have been triggered at once: the market is beyond its trigger.',
  WOULD_NOT_FILL: 'A fill-or-kill order could not be filled at once.',
  MARKET_CLOSED: 'The market does not take this order now: halted, cancel-only, post-only or delisted.',
  RATE_LIMITED: 'The venue refused the call for its rate; nothing was done.',
  TIMESTAMP_OUTSIDE_WINDOW: 'The request reached the venue outside its validity window.',
  CREDENTIAL_INVALID: 'The venue does not accept the key, its signature or its passphrase.',
  PERMISSION_DENIED: 'The key may not do this, or not from this address.',
  ACCOUNT_RESTRICTED: 'The account is suspended, locked or not enabled for this market.',
  LOCATION_RESTRICTED: 'The venue refuses this address or region.',
  REQUEST_REFUSED:
    'The venue refuses the request as it is built; a fault of the adapter or of the venue’s rules.',
  ORDER_REJECTED: 'The venue rejects the order for a reason that has no finer code here.',
  UNKNOWN_ORDER: 'The venue has no such open order; it may have filled. Query before believing it.',
  ORDER_ARCHIVED: 'The order ended long ago without a fill; the venue keeps no more of it.',
  AMEND_REFUSED: 'The resting order stays as it is.',
  MARGIN_REFUSED:
    'Leverage, margin mode or position side are not what the account may have now: it holds something, or the size is too large.',

  // The venue answered, and what it did is open.
  DUPLICATE_CLIENT_ORDER_ID: 'An order of this client id exists at the venue: query and adopt it.',
  VENUE_BUSY: 'The venue is overloaded.',
  VENUE_MAINTENANCE: 'The venue is under maintenance.',
  VENUE_TIMEOUT: 'The venue’s own engine did not answer in time.',
  VENUE_ERROR: 'The venue failed inside.',
  CANCEL_PENDING: 'A cancel of this order is under way at the venue.',
  UNLISTED_ANSWER: 'The venue answered with a code that no table lists.',
  UNREADABLE_ANSWER:
    'The answer is not what the venue’s protocol says: cut, of another type, or with impossible numbers.',

  // No answer.
  TIMEOUT: 'No answer came in time; bytes may have left.',
  RESET: 'The connection broke; bytes may have left.',
  TRUNCATED: 'The answer was cut.',
  TOO_LARGE: 'The answer was larger than anything the venue should send.',
  NO_ANSWER: 'No usable answer came; bytes may have left.',
} as const;

/** A reason code of this platform; see `outcomeCodes`. */
export type OutcomeCode = keyof typeof outcomeCodes;

export function isOutcomeCode(code: string): code is OutcomeCode {
  return Object.hasOwn(outcomeCodes, code);
}
