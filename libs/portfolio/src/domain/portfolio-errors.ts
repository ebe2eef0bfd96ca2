import { defineErrors } from '@sextant/kernel';

export const portfolioErrors = defineErrors({
  ACCOUNT_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'Account not found',
    description: 'There is no such account, or it is not yours.',
  },
  ACCOUNT_REQUIRED: {
    kind: 'REFUSED',
    title: 'Account required',
    description: 'You have no account, or several: say which one with accountId. `accountIds` lists yours.',
  },
  ASSET_REPEATED: {
    kind: 'REFUSED',
    title: 'Asset listed twice',
    description: 'Each asset may stand once in the list of opening balances.',
  },
  BALANCE_INSUFFICIENT: {
    kind: 'REFUSED',
    title: 'Insufficient balance',
    description: 'The free balance does not cover this. `asset`, `free` and `required` say what is missing.',
  },
  AMOUNT_OUT_OF_RANGE: {
    kind: 'REFUSED',
    title: 'Amount out of range',
    description:
      'The amount must be greater than zero, and far enough below what a ledger line can hold: ' +
      'an account opens with at most 10^15 of an asset.',
  },
  EQUITY_RANGE_INVALID: {
    kind: 'REFUSED',
    title: 'Time range cannot be told',
    description: '`from` must be before `to`, and both no more than 5,000 intervals apart.',
  },
  HISTORY_UNAVAILABLE: {
    kind: 'REFUSED',
    title: 'No history to import',
    description:
      'Only a LIVE account has traded at its venue before it was first seen here; and no account after now.',
  },
  POSITION_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'Position not found',
    description: 'The account never traded this symbol.',
  },
  WALLET_EXISTS: {
    kind: 'CONFLICT',
    title: 'Address watched already',
    description: 'This address at this venue or chain is in the list already: say what it holds there.',
  },
  WALLET_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'Wallet not found',
    description: 'There is no such watched wallet, or it is not yours.',
  },
  VENUE_BALANCES_UNKNOWN: {
    kind: 'UNAVAILABLE',
    title: 'Venue did not tell its balances',
    description: 'The venue gave no usable answer, so nothing was compared or booked. Try again.',
    retryable: true,
  },
});
