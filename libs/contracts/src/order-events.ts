import { defineEvents } from './define-events.js';

const fill = {
  fillId: 'our id of the fill; null when the venue reported the order complete without a further fill',
  venueTradeId: "the venue's id of the trade, or null",
  lastQuantity: 'base quantity of this fill, decimal text, or null',
  lastPrice: 'price of this fill, decimal text, or null',
  fee: '{asset, amount} of this fill, or null',
  role: 'MAKER or TAKER, or null',
  filledQuantity: 'base quantity filled so far, decimal text',
  cumulativeQuote: 'quote paid or received so far, decimal text, exact',
  executedAt: "epoch ms by the venue's clock, or null",
};

const order = {
  orderId: 'order id',
  symbol: 'canonical symbol',
  side: 'BUY or SELL',
  status: 'status of the order after the event',
  version: 'version of the order after the event',
};

const asked = {
  clientOrderId: "the client's id of the order",
  type: 'order type',
  timeInForce: 'GTC, IOC, FOK or GTD',
  quantity: 'base quantity, decimal text, or null',
  quoteQuantity: 'quote to trade, decimal text, or null',
  price: 'limit price, decimal text, or null',
  reserved: '{asset, amount} set aside for it',
  strategy: 'name of the strategy behind it, or null',
  conditions: 'trigger, expiry, visible part, group and the like; absent for a plain order',
};

const newTerms = {
  quantity: 'the new total, what is filled included, decimal text',
  price: 'the new limit price, decimal text, or null',
};

const why = {
  reason: '{code, detail}',
  evidence: '{kind, detail, at}: what proves it, or null when nothing but our own decision is behind it',
};

/** What happens to an order, on the stream of its account. */
const countdown = {
  accountId: 'account id',
  seconds: 'how long it counts',
  keepProtective: 'whether orders that protect a position stay',
  expiresAt: 'when it is over, epoch ms',
};

export const orderEvents = defineEvents({
  OrderPlaced: {
    description:
      'An order passed risk; it and its reservation are durable, and its first attempt may be sent.',
    payload: { ...order, ...asked },
  },
  OrderArmed: {
    description:
      'An order passed risk and waits here for its trigger; it and its reservation are durable, nothing of it is at the venue.',
    payload: { ...order, ...asked, verdicts: "risk's verdicts, as in the audit of the order" },
  },
  OrderTrailed: {
    description: 'A trailing stop follows a better price.',
    payload: { ...order, extremePrice: 'the best price since it began to trail, decimal text' },
  },
  OrderTriggered: {
    description: 'The trigger of an order that waited here was touched; its first attempt may be sent.',
    payload: { ...order, price: 'the price that touched it, decimal text, or null' },
  },
  OrderGroupPlaced: {
    description: 'Orders that belong together passed risk: all of them are durable, in one commit.',
    payload: {
      groupId: 'group id',
      type: 'OCO, OTO or BRACKET',
      symbol: order.symbol,
      orders: '[{orderId, leg}], the first one first',
    },
  },
  OrderWoken: {
    description:
      'The entry of an order that waited for it has its first fill: its trigger is watched from here on.',
    payload: order,
  },
  OrderTouched: {
    description:
      'The trigger of an order was touched while another leg of its group rests at the venue: it goes out once that one is proven to have ended.',
    payload: { ...order, price: 'the price that touched it, decimal text' },
  },
  OrderHeldBack: {
    description:
      'The trigger of an order was touched and the moment does not allow it: it stays armed and is tried again each second. An alert.',
    payload: { ...order, reason: why.reason },
  },
  OrderReleased: {
    description: 'An order that waited here goes to the venue untouched; its first attempt may be sent.',
    payload: order,
  },
  OrderResized: {
    description: 'An order that waits here follows the quantity of what it belongs to.',
    payload: { ...order, quantity: 'its base quantity from now on, decimal text' },
  },
  OrderOverrun: {
    description:
      'The venue filled of an order that it had ended, when another one was already in its place: together they may fill more than was asked for. What rests beyond that is taken back.',
    payload: {
      ...order,
      quantity: 'what is filled and what still rests, decimal text',
      surplus: 'how much of what rests is more than was asked for, decimal text',
    },
  },
  OrderDenied: {
    description: 'Risk refused the order: nothing was sent.',
    payload: { ...order, clientOrderId: "the client's id of the order", reason: why.reason },
  },
  OrderAccepted: {
    description: 'The venue has the order: it rests or is being matched.',
    payload: { ...order, venueOrderId: "the venue's id of the order", evidence: why.evidence },
  },
  OrderPartiallyFilled: {
    description:
      'A fill was booked and the order is not complete. Also a fill that arrived after the order had ended: `status` says so.',
    payload: { ...order, ...fill },
  },
  OrderFilled: {
    description: 'The order is complete; its last fill was booked.',
    payload: { ...order, ...fill },
  },
  OrderBatchTaken: {
    description:
      'Orders and cancellations came in one request. Those that passed risk or were denied by it are in this commit.',
    payload: {
      accountId: 'account id',
      orders: 'how many orders were asked for',
      refused: 'how many of them were refused before risk, so that nothing of them is stored',
      cancels: 'how many cancellations were asked for',
    },
  },
  CancelAllRequested: {
    description:
      'Somebody asked for the cancellation of all live orders, or those of one market. Those of the orders follow.',
    payload: {
      accountId: 'account id',
      symbol: 'canonical symbol, or null for all',
      orders: 'how many orders that concerns',
    },
  },
  CancelAllAfterArmed: {
    description:
      'All orders of the account are cancelled at `expiresAt`, unless somebody asks for more time before.',
    payload: countdown,
  },
  CancelAllAfterDisarmed: { description: 'The countdown of the account is off.', payload: countdown },
  CancelAllAfterExpired: {
    description: 'Nobody asked for more time: all orders of the account are cancelled. An alert.',
    payload: countdown,
  },
  CancelAllAfterLeftVenue: {
    description: 'The venue took back its own countdown.',
    payload: countdown,
  },
  OrderCancelRequested: {
    description: 'Somebody asked for the cancellation; the order lives until the venue says otherwise.',
    payload: order,
  },
  OrderCancelRefused: {
    description: 'The venue kept the order: it lives on as it was before the request.',
    payload: { ...order, ...why },
  },
  OrderCanceled: {
    description: 'Ended by user, risk or the venue on their behalf; what was filled stays filled.',
    payload: { ...order, filledQuantity: fill.filledQuantity, ...why },
  },
  OrderRejected: {
    description: 'The venue refused the order, or never had it.',
    payload: { ...order, ...why },
  },
  OrderExpired: {
    description:
      "Ended by the venue's rules: IOC, FOK, self-trade prevention, the remainder of a market order.",
    payload: { ...order, filledQuantity: fill.filledQuantity, ...why },
  },
  OrderAmendRequested: {
    description:
      'New terms for a resting order passed risk; what they need beyond the old ones is set aside. Nothing has been sent yet.',
    payload: {
      ...order,
      ...newTerms,
      by: 'NATIVE: the venue changes the order; REPLACE: it is cancelled and another one follows',
      reserved: asked.reserved,
    },
  },
  OrderAmended: {
    description: 'The new terms are in force.',
    payload: {
      ...order,
      ...newTerms,
      venueOrderId: "the venue's id of the order that has them, or null while it is held here",
      evidence: why.evidence,
    },
  },
  OrderAmendRefused: {
    description: 'The new terms were refused: the order lives on as it was.',
    payload: { ...order, ...why },
  },
  OrderRevisionEnded: {
    description:
      'The order at the venue that is to be replaced has ended, with every fill booked. Its replacement comes next.',
    payload: {
      ...order,
      venueOrderId: "the venue's id of what has ended",
      filledQuantity: fill.filledQuantity,
      evidence: why.evidence,
    },
  },
  OrderReplaced: {
    description: 'Another order takes the place of the one that has ended at the venue; it may be sent.',
    payload: {
      ...order,
      clientOrderId: 'the id that the venue gets for it',
      ...newTerms,
      filledQuantity: fill.filledQuantity,
      reserved: asked.reserved,
    },
  },
  OrderReplacementRefused: {
    description:
      'The order at the venue was cancelled to be replaced, and the replacement did not come to be: the order is over. Look at it.',
    payload: { ...order, ...why },
  },
  OrderOutcomeUnknown: {
    description:
      'An attempt, a cancellation or an amendment was sent and no verdict came back. Nothing is assumed; the venue is asked.',
    payload: { ...order, pending: 'SUBMIT, CANCEL or AMEND: what has no verdict', ...why },
  },
  OrderNeedsAttention: {
    description:
      'The outcome of the order cannot be proven from what the venue offers: a person has to look.',
    payload: { ...order, reason: why.reason },
  },
  OrderResolved: {
    description:
      'An unknown outcome is known: by what the venue shows, or by proof that it never took the order.',
    payload: { ...order, resolution: 'ADOPTED, NOT_ACCEPTED or RESENT', evidence: why.evidence },
  },
  OrderAdopted: {
    description: 'The venue shows an order or a fill that was not made here; it is booked as EXTERNAL.',
    payload: {
      ...order,
      venueOrderId: "the venue's id of the order",
      filledQuantity: 'base quantity that it had traded before the account was first seen, decimal text',
      evidence: why.evidence,
    },
  },
  AccountCompared: {
    description:
      'An account was compared with its venue, and the comparison is kept: somebody asked, it found something, or it is one ' +
      'an hour. GET /api/reconciliations has it whole.',
    payload: {
      accountId: 'account id',
      venue: 'venue',
      reconciliationId: 'id of the comparison',
      trigger: 'START, SCHEDULE or ON_DEMAND',
      outcome: 'EQUAL, IN_FLIGHT, UNREACHABLE, CORRECTED or DIFFERENT',
      halted: 'boolean: the account takes no new orders',
      found: '[{subject, asset, symbol, ledger, venue, difference, classification, status}], decimal text',
    },
  },
  BalancesDiffer: {
    description:
      'A comparison with the venue found differences that nothing explains, other ones than before.',
    payload: {
      accountId: 'account id',
      round: 'how many comparisons in a row have found differences that nothing explains',
      differences:
        '[{subject, asset, symbol, ledger, venue, difference, classification, status}], decimal text',
      hint: 'what to do now',
    },
  },
  AccountHalted: {
    description:
      'Two comparisons in a row found differences that nothing explains: the account takes no new orders until one agrees. ' +
      'The hint says what to do.',
    payload: {
      accountId: 'account id',
      differences:
        '[{subject, asset, symbol, ledger, venue, difference, classification, status}], decimal text',
      hint: 'what to do now',
    },
  },
  AccountReconciled: {
    description: 'Account and venue agree again; the account takes orders.',
    payload: { accountId: 'account id' },
  },
  ForeignMarketSeen: {
    description:
      'The venue shows an order or a fill in a market that is not known here, so that nothing can be booked on it. The ' +
      'balances that it moved differ until somebody has looked.',
    payload: {
      accountId: 'account id',
      venue: 'venue',
      symbol: 'as the venue names it',
      venueOrderId: "the venue's id of the order",
      venueTradeId: "the venue's id of the trade, or null for an order",
    },
  },
});

export type OrderEventType = keyof typeof orderEvents;
