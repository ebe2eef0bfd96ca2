import type { AccountId, EpochMs, LiquidityRole, OrderId, Side } from '@sextant/kernel';
import type { VenuePositionSide } from './venue-position.js';

/** One of the two positions of a market in hedge mode. */
export type HedgedSide = Exclude<VenuePositionSide, 'NET'>;

/** STOP and TAKE_PROFIT wait for a trigger at the venue; the part after it says what they become then. */
export type OrderType =
  | 'MARKET'
  | 'LIMIT'
  | 'STOP_MARKET'
  | 'STOP_LIMIT'
  | 'TAKE_PROFIT_MARKET'
  | 'TAKE_PROFIT_LIMIT'
  | 'TRAILING_STOP_MARKET';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTD';
/** Which price a trigger watches. */
export type TriggerPrice = 'LAST' | 'MARK';
export type VenueOrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

/** What goes beyond price, quantity and time in force. Only what the venue's traits name is ever asked for. */
export interface VenueConditions {
  /**
   * Trigger price. Of a trailing stop: from where on it trails, above the market for a sell and below it for a buy; null
   * where it trails from the start.
   */
  stopTicks: number | null;
  /** Distance of a trailing stop from the best price since, in basis points. */
  trailingBps: number | null;
  triggerBy: TriggerPrice;
  /** How much of the quantity others see; null shows all. */
  displayLots: number | null;
  /** GTD: when the venue ends it. */
  expiresAt: EpochMs | null;
  /** The venue caps it to the position. Perpetuals only. */
  reduceOnly: boolean;
  /** Hedge mode: which of the two positions it changes. Absent: the account nets. */
  positionSide?: HedgedSide;
}

/** One attempt to place one order. Quantity and price are lots and ticks of the venue's instrument. */
export interface PlaceOrderRequest {
  accountId: AccountId;
  orderId: OrderId;
  clientOrderId: string;
  symbol: string;
  side: Side;
  type: OrderType;
  /** Null when the order is for an amount of quote. */
  lots: number | null;
  /** Quote to trade before fees, 10^-18; MARKET only, `lots` is null then. */
  quoteUnits: bigint | null;
  /** Null for MARKET. */
  priceTicks: number | null;
  timeInForce: TimeInForce;
  postOnly: boolean;
  /** Absent for a plain order. */
  conditions?: VenueConditions;
  /** Closes or guards a position: it goes before entries, and may spend the budget that they leave. */
  protective?: boolean;
  attempt: number;
  epoch: number;
  /** Whether the account is still owned by the caller; asked just before bytes leave. */
  isHeld(): boolean;
}

/** New terms for a resting order. `lots` is the new total, what is filled included. */
export interface AmendOrderRequest {
  accountId: AccountId;
  orderId: OrderId;
  clientOrderId: string;
  venueOrderId: string;
  symbol: string;
  side: Side;
  lots: number;
  priceTicks: number;
  /** The terms that it has: without them an amendment goes only to venues that can change all of them. */
  from?: { lots: number; priceTicks: number };
  attempt: number;
  epoch: number;
  /** As in a placement. */
  isHeld(): boolean;
}

/** An order as the venue knows it. */
export interface VenueOrder {
  clientOrderId: string;
  venueOrderId: string;
  symbol: string;
  side: Side;
  status: VenueOrderStatus;
  lots: number | null;
  filledLots: number;
  /** Σ price × quantity of the fills, quote 10^-18. */
  cumulativeQuoteUnits: bigint;
  priceTicks: number | null;
  /** In hedge mode. */
  positionSide?: HedgedSide;
  /** Of an order with a trigger, where the venue says it: whether that was reached. NEW either way until it fills. */
  triggered?: boolean;
  updatedAt: EpochMs;
}

/** One execution. `feeUnits` (10^-18 of `feeAsset`) is positive when paid, negative for a rebate. */
export interface VenueFill {
  venueTradeId: string;
  venueOrderId: string;
  clientOrderId: string;
  symbol: string;
  side: Side;
  priceTicks: number;
  lots: number;
  feeAsset: string;
  feeUnits: bigint;
  role: LiquidityRole;
  executedAt: EpochMs;
  /** In hedge mode. */
  positionSide?: HedgedSide;
  /** The venue closed the position against its owner's will. */
  liquidation?: true;
  /** Perpetuals, where the venue says it: the result that went into the wallet, before fees; 10^-18 of the settlement asset. */
  settledUnits?: bigint;
}

/** What the venue tells unasked. A fill comes before the order state that contains it. */
export type VenueEvent = { kind: 'ORDER'; order: VenueOrder } | { kind: 'FILL'; fill: VenueFill };

export interface VenueBalance {
  asset: string;
  freeUnits: bigint;
  lockedUnits: bigint;
}

export interface FillPage {
  fills: VenueFill[];
  /** Hand back for the next page; a page without fills is the last one there is yet. */
  cursor: string;
}
