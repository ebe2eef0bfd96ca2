import type { OrderType, TimeInForce, TriggerPrice } from './venue-order.js';

/** What a venue's own amendment can change of a resting order. Anything else is a cancel and a new order. */
export interface NativeAmendment {
  /** DOWN: to less than it is, but more than what is filled. */
  quantity: 'UP_AND_DOWN' | 'DOWN';
  price: boolean;
  /** The order keeps its place in the queue for certain; otherwise it may lose it. */
  keepsQueue: boolean;
}

/** A countdown after which the venue cancels what is open, unless it is set anew: the session's `cancelAllAfter`. */
export interface VenueCountdown {
  minSeconds: number;
  maxSeconds: number;
  /** MARKET: counted for each market that the session has touched; an order in another one is not covered. */
  scope: 'ACCOUNT' | 'MARKET';
}

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
  /** With a trigger: the venue watches it, and the order keeps its ids from acceptance to its end. */
  orderTypes: readonly OrderType[];
  /** Which prices the venue's triggers can watch; absent where it watches none. */
  triggerBy?: readonly TriggerPrice[];
  timesInForce: readonly TimeInForce[];
  postOnly: boolean;
  /** Part of a resting order can be hidden (`displayLots`). */
  iceberg?: boolean;
  /** The venue caps an order to the position (`reduceOnly`). */
  reduceOnly?: boolean;
  /** The account may hold a long and a short position of one market apart (`positionSide`). */
  hedgeMode?: boolean;
  marketByQuote: boolean;
  /** NATIVE: the session's `amend` does what `amends` says. CANCEL_REPLACE: only by a cancel and a new order. */
  amend: 'NATIVE' | 'CANCEL_REPLACE' | 'NONE';
  /** Present where `amend` is NATIVE. */
  amends?: NativeAmendment;
  /** Present where the session has `cancelAllAfter`. */
  countdown?: VenueCountdown;
  selfTradePrevention: 'CANCEL_NEWEST' | 'CANCEL_OLDEST' | 'CANCEL_BOTH' | 'NONE';
  /** Own orders and fills are pushed; otherwise they are polled. */
  pushesOwnEvents: boolean;
  /** Weight of one call in the venue's rate budget; 0 where there is none. */
  rateCosts: { place: number; cancel: number; query: number };
}
