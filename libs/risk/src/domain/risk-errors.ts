import { defineErrors } from '@sextant/kernel';

const measured =
  'The problem carries `riskType`, `currentValue` (what the order would make of it), `limit` and the `orderId` of the recorded denial.';

export const riskErrors = defineErrors({
  KILL_SWITCH: {
    kind: 'REFUSED',
    title: 'Kill switch is on',
    description:
      'A kill switch covers the order: HALT lets nothing new out, LIQUIDATE only its own orders, REDUCE_ONLY only a quantity ' +
      'that makes the position smaller; with it `currentValue` is what this and all live orders of the side would take off the ' +
      'position, `limit` what may be taken off. `inputs` has `mode`, `scope`, `since`, `reason` and `switchId`.',
  },
  LEASE_LOST: {
    kind: 'UNAVAILABLE',
    title: 'Account changed hands',
    description: 'The process that took the order no longer owns the account. Nothing was sent.',
    retryable: true,
  },
  ACCOUNT_NOT_RECONCILED: {
    kind: 'UNAVAILABLE',
    title: 'Account not reconciled',
    description:
      'Orders, fills or balances are still being compared with the venue; nothing new is sent before that is done.',
    retryable: true,
  },
  CLOCK_UNSAFE: {
    kind: 'UNAVAILABLE',
    title: 'Clock unsafe',
    description: "Our clock is too far from the venue's, or nobody knows how far.",
    retryable: true,
  },
  MARKET_STALE: {
    kind: 'REFUSED',
    title: 'No fresh market',
    description:
      'There is no price of this market, or it is past its age limit. Nothing trades on a stale price.',
    retryable: true,
  },
  ORDER_RATE: {
    kind: 'REFUSED',
    title: 'Too many orders',
    description: `The account's orders of the last second are at their limit. ${measured}`,
    retryable: true,
  },
  PRICE_COLLAR: {
    kind: 'REFUSED',
    title: 'Price beyond the collar',
    description: `The limit price crosses the mark by more than the allowed fraction. ${measured}`,
  },
  MAX_ORDER_NOTIONAL: {
    kind: 'REFUSED',
    title: 'Order too large',
    description: `The order's value in quote is above the account's limit. ${measured}`,
  },
  MAX_POSITION_NOTIONAL: {
    kind: 'REFUSED',
    title: 'Position too large',
    description: `The position, with this order and all live ones of its side filled, would be above the limit. ${measured}`,
  },
  KILL_SWITCH_SCOPE_INVALID: {
    kind: 'MALFORMED',
    title: 'Scope of the kill switch not clear',
    description:
      'Exactly one of `accountId`, `strategy`, `symbol`, `venue` and `all: true` says what the switch is for.',
  },
  KILL_SWITCH_NOT_ON: {
    kind: 'NOT_FOUND',
    title: 'No such kill switch is on',
    description:
      'Nothing is switched on for exactly this scope. A switch is released by the scope that it was set for.',
  },
  KILL_SWITCH_BY_OPERATOR: {
    kind: 'CONFLICT',
    title: "The operator's kill switch",
    description: 'This one was switched on at the terminal of the installation, and is released there.',
  },
  KILL_SWITCH_NEEDS_DATABASE: {
    kind: 'UNAVAILABLE',
    title: 'Not without the database',
    description:
      'LIQUIDATE and a release need the database, which does not answer; HALT and REDUCE_ONLY do not. `outcome` says whether anything happened.',
    retryable: true,
  },
  KILL_SWITCH_NOT_KEPT: {
    kind: 'UNAVAILABLE',
    title: 'In force, but not kept',
    description:
      'The switch is in force in the processes that are named, but neither the disk nor the database took it: a crash would forget it. Send it again.',
    retryable: true,
  },
  RISK_LIMITS_CHANGED: {
    kind: 'PRECONDITION_FAILED',
    title: 'Limits were changed in between',
    description: '`If-Match` names a version of the limits that is not the current one. Read them again.',
  },
  INSUFFICIENT_BALANCE: {
    kind: 'REFUSED',
    title: 'Insufficient balance',
    description: `What the order sets aside is more than what is free (total − reserved). ${measured}`,
  },
});
