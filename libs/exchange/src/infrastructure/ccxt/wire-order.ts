import type { EpochMs } from '@sextant/kernel';
import type { HedgedSide, OrderType, TimeInForce, TriggerPrice } from '../../domain/venue-order.js';

/** What goes beyond a plain order, in the venue's words. */
export interface WireConditions {
  triggerPrice: string | null;
  trailingBps: number | null;
  triggerBy: TriggerPrice;
  displayQuantity: string | null;
  expiresAt: EpochMs | null;
  reduceOnly: boolean;
  positionSide: HedgedSide | null;
}

/** A placement in the venue's words: all numbers are decimal text on the market's grid. */
export interface WireOrder {
  clientId: string;
  symbol: string;
  marketId: string;
  perpetual: boolean;
  side: 'buy' | 'sell';
  type: OrderType;
  /** In base, or in contracts where the venue counts these; null when the order is for an amount of quote. */
  quantity: string | null;
  quote: string | null;
  price: string | null;
  timeInForce: TimeInForce;
  postOnly: boolean;
  /** Null for a plain order. */
  conditions: WireConditions | null;
}

/** An order that is asked for. */
export interface OrderRef {
  clientId: string;
  symbol: string;
  marketId: string;
  perpetual: boolean;
  /** Known when the order was seen before. */
  venueOrderId: string | null;
  /** When it was placed at the earliest, where the venue must be searched. */
  since: EpochMs;
}

/** New terms for a resting order. */
export interface WireAmend extends OrderRef {
  side: 'buy' | 'sell';
  /** The new total, in the venue's unit. */
  quantity: string;
  price: string;
}
