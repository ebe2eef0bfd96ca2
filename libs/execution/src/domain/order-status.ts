export const orderStatuses = [
  'CREATED',
  'RISK_DENIED',
  'PENDING_SUBMIT',
  'OUTCOME_UNKNOWN',
  'NEW',
  'PARTIALLY_FILLED',
  'PENDING_CANCEL',
  'FILLED',
  'CANCELED',
  'REJECTED',
  'EXPIRED',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/**
 * What can happen to an order. SUBMIT and DENY are risk's answer; LOSE: a sent attempt has no verdict; RESUBMIT: it
 * was proven that the venue never had it; FILL leaves something open, COMPLETE nothing; KEEP and KEEP_PART: the venue
 * refused a cancellation of an order without or with fills; ADOPT: the order was made at the venue by somebody else.
 * An order that waits here for its trigger is CREATED: SUBMIT once it is touched, CANCEL and EXPIRE without the venue.
 * REPLACE: its order at the venue has ended so that another one takes its place; until that is acknowledged, FILL_LATE is a
 * fill of an earlier one; ACCEPT_PART accepts it with fills from before.
 */
export type OrderTrigger =
  | 'SUBMIT'
  | 'DENY'
  | 'ADOPT'
  | 'LOSE'
  | 'RESUBMIT'
  | 'ACCEPT'
  | 'ACCEPT_PART'
  | 'FILL'
  | 'FILL_LATE'
  | 'COMPLETE'
  | 'REPLACE'
  | 'REQUEST_CANCEL'
  | 'KEEP'
  | 'KEEP_PART'
  | 'CANCEL'
  | 'EXPIRE'
  | 'REJECT';

type Row = Readonly<Partial<Record<OrderTrigger, OrderStatus>>>;

const venueVerdict = {
  ACCEPT: 'NEW',
  ACCEPT_PART: 'PARTIALLY_FILLED',
  FILL: 'PARTIALLY_FILLED',
  COMPLETE: 'FILLED',
  CANCEL: 'CANCELED',
  EXPIRE: 'EXPIRED',
  REJECT: 'REJECTED',
} as const;

const ending = { COMPLETE: 'FILLED', CANCEL: 'CANCELED', EXPIRE: 'EXPIRED' } as const;

/** The whole life of an order. What is not here does not happen. A late fill never changes how an order ended. */
export const orderTransitions: Readonly<Record<OrderStatus, Row>> = {
  CREATED: {
    SUBMIT: 'PENDING_SUBMIT',
    DENY: 'RISK_DENIED',
    ADOPT: 'NEW',
    CANCEL: 'CANCELED',
    EXPIRE: 'EXPIRED',
  },
  PENDING_SUBMIT: { ...venueVerdict, FILL_LATE: 'PENDING_SUBMIT', LOSE: 'OUTCOME_UNKNOWN' },
  OUTCOME_UNKNOWN: { ...venueVerdict, FILL_LATE: 'OUTCOME_UNKNOWN', RESUBMIT: 'PENDING_SUBMIT' },
  NEW: {
    ...ending,
    FILL: 'PARTIALLY_FILLED',
    REPLACE: 'PENDING_SUBMIT',
    REQUEST_CANCEL: 'PENDING_CANCEL',
    REJECT: 'REJECTED',
  },
  PARTIALLY_FILLED: {
    ...ending,
    FILL: 'PARTIALLY_FILLED',
    REPLACE: 'PENDING_SUBMIT',
    REQUEST_CANCEL: 'PENDING_CANCEL',
  },
  PENDING_CANCEL: { ...ending, FILL: 'PENDING_CANCEL', KEEP: 'NEW', KEEP_PART: 'PARTIALLY_FILLED' },
  RISK_DENIED: {},
  FILLED: { FILL: 'FILLED' },
  CANCELED: { FILL: 'CANCELED' },
  REJECTED: { FILL: 'REJECTED' },
  EXPIRED: { FILL: 'EXPIRED' },
};

const terminal: ReadonlySet<OrderStatus> = new Set([
  'RISK_DENIED',
  'FILLED',
  'CANCELED',
  'REJECTED',
  'EXPIRED',
]);
const unacknowledged: ReadonlySet<OrderStatus> = new Set(['CREATED', 'PENDING_SUBMIT', 'OUTCOME_UNKNOWN']);

/** True when nothing changes the status any more. */
export function isTerminal(status: OrderStatus): boolean {
  return terminal.has(status);
}

/** True until something from the venue shows that it has the order. */
export function isUnacknowledged(status: OrderStatus): boolean {
  return unacknowledged.has(status);
}

/** @throws Error when the table has no such transition: a bug in the caller, never a client's mistake. */
export function nextStatus(status: OrderStatus, trigger: OrderTrigger): OrderStatus {
  const next = orderTransitions[status][trigger];
  if (next === undefined) throw new Error(`an order that is ${status} cannot ${trigger}`);
  return next;
}
