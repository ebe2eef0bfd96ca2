import { defineErrors } from '@sextant/kernel';

export const executionErrors = defineErrors({
  ORDER_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'Order not found',
    description: 'There is no order with that id here, or it belongs to somebody else.',
  },
  ORDER_GROUP_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'Order group not found',
    description: 'There is no order group with that id here, or it belongs to somebody else.',
  },
  ORDER_TERMS_INVALID: {
    kind: 'MALFORMED',
    title: 'Order terms do not fit together',
    description:
      'A field is missing for this order type, or stands where it means nothing: LIMIT needs `price` and `quantity`; ' +
      'MARKET takes `quantity` or `quoteQuantity` and no `price`; `postOnly` goes with LIMIT GTC or GTD; STOP and TAKE_PROFIT ' +
      'need `stopPrice`, TRAILING_STOP_MARKET `trailingDelta` or `trailingPercent`, GTD `expireTime`. `pointer` names the field.',
  },
  ORDER_TERMS_NOT_SUPPORTED: {
    kind: 'REFUSED',
    title: 'Not supported by the venue',
    description: 'The venue of the account does not know this order type, time in force or option.',
  },
  TRIGGER_ALREADY_TOUCHED: {
    kind: 'REFUSED',
    title: 'Trigger already touched',
    description:
      'The market is through `stopPrice` already, so the order would go out at once. `price` is where the market is; ' +
      'send a MARKET or LIMIT order if that is what is meant.',
  },
  REDUCE_ONLY_WITHOUT_POSITION: {
    kind: 'REFUSED',
    title: 'Nothing to reduce',
    description:
      'A `reduceOnly` order closes a position, and there is none that this side would make smaller.',
  },
  MARGIN_NOT_AVAILABLE: {
    kind: 'REFUSED',
    title: 'No perpetuals here',
    description:
      'Leverage, margin mode and position mode are of accounts at a venue of perpetuals, and of markets that are one.',
  },
  MARGIN_IN_USE: {
    kind: 'CONFLICT',
    title: 'Something is open',
    description:
      'The settings are not changed while a position or an order reckons with them: `positions` and `orders` name what is open.',
  },
  MARGIN_REFUSED: {
    kind: 'REFUSED',
    title: 'Refused by the venue',
    description: 'The venue does not allow this setting; `reason` and the detail say what it said.',
  },
  MARGIN_UNCONFIRMED: {
    kind: 'UNAVAILABLE',
    title: 'Setting not confirmed',
    description:
      'The venue did not say what is set now. Ask again: a setting that is so already changes nothing.',
    retryable: true,
  },
  EQUITY_UNKNOWN: {
    kind: 'REFUSED',
    title: 'Equity not known',
    description:
      "A quantity was to follow from the account's equity, and something that it holds has no fresh mark in the quote asset: " +
      '`assets` names it. Nothing is guessed; give a `quantity`, or ask again once its market is fresh.',
  },
  POSITION_RESERVED: {
    kind: 'REFUSED',
    title: 'Orders hold the position',
    description:
      'A part of a position was to be closed, and other orders hold it: `orders` names them, `free` is what none of them holds. ' +
      'Cancel them, or close all of it: that cancels them by itself.',
  },
  CLIENT_ORDER_ID_INVALID: {
    kind: 'MALFORMED',
    title: 'Client order id not usable',
    description:
      'The venue of the account does not accept this client order id; `pattern` says what it accepts.',
  },
  ORDER_REJECTED: {
    kind: 'REFUSED',
    title: 'Rejected by the venue',
    description:
      'The venue refused the order, or is proven never to have had it. The order is stored; `orderId` and `reason` ' +
      'stand in the problem.',
  },
  ORDER_ALREADY_CLOSED: {
    kind: 'CONFLICT',
    title: 'Order already closed',
    description: 'The order ended before it could be cancelled. The problem carries the `order`.',
  },
  ORDER_CHANGED: {
    kind: 'PRECONDITION_FAILED',
    title: 'Order has changed',
    description:
      'The terms of the order are not those that `If-Match` names, or it has filled another quantity than `expectedFilledQuantity`. Read it and decide anew.',
  },
  ORDER_NOT_AMENDABLE: {
    kind: 'CONFLICT',
    title: 'Order cannot be amended now',
    description:
      'Its first placement, a cancellation or another amendment is under way, or its terms are decided by what it belongs to: ' +
      'a group, an execution, somebody at the venue. Nothing was changed.',
  },
  QUANTITY_BELOW_FILLED: {
    kind: 'REFUSED',
    title: 'Less than is filled',
    description:
      'The quantity of an amendment is the new total, and as much is filled already. Cancel the order to keep what is filled.',
  },
  ORDER_AMEND_REFUSED: {
    kind: 'REFUSED',
    title: 'Amendment refused',
    description: 'The order stays as it was; `reason` says why, and the problem carries the `order`.',
  },
  ORDER_REPLACEMENT_REFUSED: {
    kind: 'REFUSED',
    title: 'Replacement refused',
    description:
      'The order was cancelled at the venue to be replaced, and what was to follow was refused: the order is over. What was ' +
      'filled stays filled; `reason` says why, and the problem carries the `order`.',
  },
  EXECUTION_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'Execution not found',
    description: 'There is no execution with that id here, or it belongs to somebody else.',
  },
  EXECUTION_TERMS_INVALID: {
    kind: 'MALFORMED',
    title: 'Execution terms do not fit together',
    description:
      'A field is missing for this algorithm, means nothing for it, or is out of its range: TWAP, VWAP and POV need ' +
      '`durationSeconds` or `endAt`; POV `participationRate`; ICEBERG `limitPrice` and `displayQuantity`. `pointer` names the field.',
  },
  EXECUTION_SLICES_INVALID: {
    kind: 'REFUSED',
    title: 'Slices that the venue would not take',
    description:
      'The plan has slices that are smaller or larger than the venue takes, or too many of them; `nearestValid` says what would do.',
  },
  VOLUME_PROFILE_REQUIRED: {
    kind: 'REFUSED',
    title: 'No volume profile',
    description:
      'The venue gives no hourly history of this market, so that a VWAP needs `volumeProfile`: one weight a slice.',
  },
  EXECUTION_LIMIT_REACHED: {
    kind: 'REFUSED',
    title: 'Too many executions',
    description: 'The account has as many executions at a time as it may; cancel one, or wait for its end.',
  },
  EXECUTION_ALREADY_ENDED: {
    kind: 'CONFLICT',
    title: 'Execution already ended',
    description: 'It was completed, cancelled or failed before; nothing can be changed any more.',
  },
  BATCH_SIZE_INVALID: {
    kind: 'MALFORMED',
    title: 'Batch of another size',
    description: 'A batch has at least one and at most a hundred orders and cancellations.',
  },
  ORDER_NEEDS_NO_ATTENTION: {
    kind: 'CONFLICT',
    title: 'Nothing to resolve',
    description:
      'Only an order that `needsAttention` takes a person’s word; any other is settled by what the venue shows.',
  },
  COMMIT_PENDING: {
    kind: 'UNAVAILABLE',
    title: 'Not confirmed in time',
    description:
      'The database has not confirmed the change yet; it may still happen. Read before you send it again, or repeat it with the same key.',
    retryable: true,
  },
  DIFFERENCE_REPEATED: {
    kind: 'REFUSED',
    title: 'Asset accepted twice',
    description: 'Each asset may stand once in the list of accepted differences. Nothing was compared.',
  },
  ACCOUNT_SESSION_CLOSED: {
    kind: 'UNAVAILABLE',
    title: 'Account is changing hands',
    description:
      'The process that held the account has given it up. `outcome` says whether anything happened; the same request with the same key is safe to repeat.',
    retryable: true,
  },
  LIVE_TRADING_DISABLED: {
    kind: 'REFUSED',
    title: 'Live trading is switched off',
    description:
      'This installation reads its LIVE accounts, cancels on them, and places nothing: `execution.liveTrading` is off. ' +
      'Nothing was sent.',
  },
  CONNECTION_NOT_ACTIVE: {
    kind: 'CONFLICT',
    title: 'Exchange connection not in use',
    description:
      'The connection of the account is missing, switched off, in quarantine, or its key is not taken: no new order goes ' +
      'out. `reason` says which; the account takes orders again when `GET /api/exchanges` shows it ACTIVE.',
  },
  ORDER_KEY_REQUIRED: {
    kind: 'MALFORMED',
    title: 'Order without a key',
    description:
      'An order on a LIVE account needs an `Idempotency-Key` or a `clientOrderId`: without one of them nobody could repeat ' +
      'it safely after an answer that was lost.',
  },
});
