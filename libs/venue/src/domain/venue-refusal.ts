/** A "no" of the simulated exchange in the words of Binance spot: a code and a message. */
export interface VenueRefusal {
  code: number;
  message: string;
}

/** Every refusal there is. Adapters key their table of outcomes on the names. */
export const venueRefusals = {
  MALFORMED: { code: -1102, message: 'A mandatory parameter was not sent, was empty, or malformed.' },
  ILLEGAL_CLIENT_ORDER_ID: {
    code: -1100,
    message: "Illegal characters found in parameter 'newClientOrderId'.",
  },
  INVALID_SYMBOL: { code: -1121, message: 'Invalid symbol.' },
  MARKET_CLOSED: { code: -2010, message: 'Market is closed.' },
  PRICE_FILTER: { code: -1013, message: 'Filter failure: PRICE_FILTER' },
  LOT_SIZE: { code: -1013, message: 'Filter failure: LOT_SIZE' },
  NOTIONAL: { code: -1013, message: 'Filter failure: NOTIONAL' },
  PERCENT_PRICE_BY_SIDE: { code: -1013, message: 'Filter failure: PERCENT_PRICE_BY_SIDE' },
  MAX_NUM_ORDERS: { code: -1013, message: 'Filter failure: MAX_NUM_ORDERS' },
  INSUFFICIENT_BALANCE: { code: -2010, message: 'Account has insufficient balance for requested action.' },
  WOULD_TAKE: { code: -2010, message: 'Order would immediately match and take.' },
  DUPLICATE_ORDER: { code: -2010, message: 'Duplicate order sent.' },
  UNKNOWN_ORDER: { code: -2011, message: 'Unknown order sent.' },
} as const satisfies Record<string, VenueRefusal>;

export type VenueRefusalName = keyof typeof venueRefusals;
