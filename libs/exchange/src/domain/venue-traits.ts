import type { OrderType, TimeInForce } from './venue-order.js';

/** How a venue behaves where venues differ and money depends on it. Declared by each adapter, shown over the API. */
export interface VenueTraits {
  /** UNIQUE_WHILE_OPEN: a re-used id of a closed order executes again. */
  clientOrderIds: 'UNIQUE_FOR_EVER' | 'UNIQUE_WHILE_OPEN' | 'NOT_UNIQUE';
  /** A regular expression that a client order id must match. */
  clientOrderIdPattern: string;
  /** The signed validity window of a request, judged by the venue's clock; null when the venue has none. */
  validityWindowMs: number | null;
  /** How long after acceptance a query may still miss an order. */
  visibilityLagMs: number;
  /**
   * When "not found" proves that a request was not and will not be accepted. AFTER_WINDOW: past the validity window and
   * the visibility lag. AFTER_REOPEN: in a session opened after the request was sent. NEVER: a person decides.
   */
  absenceProof: 'AFTER_WINDOW' | 'AFTER_REOPEN' | 'NEVER';
  /** REUSED: several fills of one trade id exist, so the id alone is no key. */
  tradeIds: 'UNIQUE_PER_ACCOUNT' | 'UNIQUE_PER_SYMBOL' | 'REUSED';
  lookupByClientId: 'ALL_ORDERS' | 'OPEN_ORDERS' | 'NONE';
  orderTypes: readonly OrderType[];
  timesInForce: readonly TimeInForce[];
  postOnly: boolean;
  /** Part of a resting order can be hidden (`displayLots`). */
  iceberg?: boolean;
  /** The venue caps an order to the position (`reduceOnly`). */
  reduceOnly?: boolean;
  marketByQuote: boolean;
  amend: 'NATIVE' | 'CANCEL_REPLACE' | 'NONE';
  selfTradePrevention: 'CANCEL_NEWEST' | 'CANCEL_OLDEST' | 'CANCEL_BOTH' | 'NONE';
  /** Own orders and fills are pushed; otherwise they are polled. */
  pushesOwnEvents: boolean;
  /** Weight of one call in the venue's rate budget; 0 where there is none. */
  rateCosts: { place: number; cancel: number; query: number };
}
