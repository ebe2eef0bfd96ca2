import type { EpochMs, Side } from '@sextant/kernel';
import type { MarketView } from '@sextant/risk';
import type { GroupType, OrderConditions, TimeInForce } from '../../domain/order-snapshot.js';
import type { OrderType } from '../../domain/order-types.js';

/** An order as a client asks for it: decimals as text. What is left out is null. */
export type OrderRequest = {
  symbol: string;
  side: Side;
  type: OrderType;
  quantity: string | null;
  quoteQuantity: string | null;
  price: string | null;
  timeInForce: TimeInForce | null;
  postOnly: boolean;
  clientOrderId: string | null;
  strategy: string | null;
  tags: string[];
  /** Beyond a plain order; absent or null where nothing of it was asked for. */
  conditions?: ConditionsRequest | null;
  /** What the quantity is to follow from, in the place of a number. */
  sizing?: SizingRequest | null;
};

/** EQUITY, RISK: percent of the account's equity; POSITION: fraction of the position, which also decides the side. */
export type SizingRequest = {
  by: 'EQUITY' | 'RISK' | 'POSITION';
  share: string;
  /** Of RISK: where the loss is taken, when no stop is attached. */
  stopPrice: string | null;
};

export type ConditionsRequest = {
  stopPrice: string | null;
  /** Basis points. */
  trailingDelta: number | null;
  /** In percent, decimal text; one of the two. */
  trailingPercent: string | null;
  triggerBy: 'LAST' | 'MARK' | null;
  expireTime: EpochMs | null;
  displayQuantity: string | null;
  reduceOnly: boolean;
};

/** Orders that belong to another: its first leg. What is wrong with one of them is said of the field `pointer`. */
export type GroupRequest = {
  type: GroupType;
  others: { request: OrderRequest; pointer: string }[];
};

/** The same on the venue's grid, with everything decided. */
export interface NormalisedOrder {
  side: Side;
  type: OrderType;
  timeInForce: TimeInForce;
  postOnly: boolean;
  lots: number | null;
  quoteUnits: bigint | null;
  priceTicks: number | null;
  conditions: OrderConditions | null;
}

/** What of the moment the terms are judged by. */
export interface OrderMoment {
  market: MarketView | null;
  now: EpochMs;
  /** Position in base, 10^-18; > 0 long. */
  positionUnits: bigint;
  /** Hedge mode: the account keeps long and short of a perpetual apart. */
  hedged?: boolean;
  /** Live orders in the market whose trigger the venue watches, or is to watch. */
  triggersAtVenue(): number;
}
