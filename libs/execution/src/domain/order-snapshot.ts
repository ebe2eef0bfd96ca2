import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs, LiquidityRole, OrderId, Side } from '@sextant/kernel';
import type { OrderStatus } from './order-status.js';

export type OrderType = 'MARKET' | 'LIMIT';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';

/** What was asked for; never changes. */
export interface OrderTerms {
  readonly orderId: OrderId;
  readonly accountId: AccountId;
  /** Unique per account for ever; what the venue knows the order by. */
  readonly clientOrderId: string;
  readonly venue: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  /** Null when the order is for an amount of quote. */
  readonly lots: number | null;
  /** Quote to trade before fees, 10^-18; null when the order is for a quantity. */
  readonly quoteUnits: bigint | null;
  readonly priceTicks: number | null;
  /** The grid the order was placed on, 10^-18 a tick and a lot: a venue may change its own later. */
  readonly tickUnits: bigint;
  readonly stepUnits: bigint;
  readonly strategy: string | null;
  readonly tags: readonly string[];
  /** SEXTANT: an intent of ours. EXTERNAL: found at the venue. */
  readonly origin: 'SEXTANT' | 'EXTERNAL';
}

export interface PendingChange {
  readonly kind: 'SUBMIT' | 'CANCEL';
  readonly since: EpochMs;
  readonly outcome: 'IN_FLIGHT' | 'UNKNOWN';
}

export interface Reason {
  readonly code: string;
  readonly detail: string;
}

/** What proves a change that our own code did not decide. */
export interface Proof {
  readonly kind: string;
  readonly detail: JsonObject;
  readonly at: EpochMs;
}

export interface FeeTotal {
  readonly asset: string;
  /** 10^-18; negative is a rebate. */
  readonly units: bigint;
}

export interface OrderSnapshot extends OrderTerms {
  readonly status: OrderStatus;
  readonly pending: PendingChange | null;
  readonly venueOrderId: string | null;
  readonly filledLots: number;
  /** Exact; `averagePrice` is computed from it on read. */
  readonly cumulativeQuoteUnits: bigint;
  readonly fees: readonly FeeTotal[];
  /** What is set aside while the order lives: `locked` of an asset is the sum over live orders. */
  readonly reservedAsset: string;
  readonly reservedUnits: bigint;
  readonly reason: Reason | null;
  readonly evidence: Proof | null;
  readonly needsAttention: boolean;
  /** Asked for while the outcome of the submission was unknown: sent as soon as the order is found to live. */
  readonly cancelRequested: boolean;
  /** How many times it was handed to the gateway. */
  readonly attempts: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly closedAt: EpochMs | null;
  readonly version: number;
}

/** One execution as the venue reported it, on the order's grid. */
export interface OrderFill {
  readonly fillId: string;
  readonly venueTradeId: string;
  readonly venueOrderId: string;
  readonly priceTicks: number;
  readonly lots: number;
  /** priceTicks × lots in quote, 10^-18; exact. */
  readonly notionalUnits: bigint;
  readonly feeAsset: string;
  readonly feeUnits: bigint;
  readonly role: LiquidityRole;
  readonly executedAt: EpochMs;
}
