import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs, LiquidityRole, OrderId, Side } from '@sextant/kernel';
import type { OrderStatus } from './order-status.js';
import type { OrderType } from './order-types.js';

export type { OrderType } from './order-types.js';

export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTD';

export type GroupType = 'OCO' | 'OTO' | 'BRACKET';

/** Where an order stands among the orders that belong together. */
export interface GroupPlace {
  readonly groupId: string;
  readonly type: GroupType;
  /** ENTRY, STOP_LOSS, TAKE_PROFIT, CHILD, or LEG_1, LEG_2 of orders of which one cancels the other. */
  readonly leg: string;
  /** Of the group as it was made: what all legs together may fill, and each of them at first. */
  readonly lots: number;
}

/** What goes beyond price, quantity and time in force. */
export interface OrderConditions {
  /** Trigger price; of a trailing stop from where on it trails, null: at once. Null where the type has no trigger. */
  readonly stopTicks: number | null;
  /** Distance of a trailing stop from the best price since, in basis points. */
  readonly trailingBps: number | null;
  /** Which price triggers: the last trade, or the mark. */
  readonly triggerBy: 'LAST' | 'MARK';
  /** GTD: when it ends. */
  readonly expiresAt: EpochMs | null;
  /** How much of it others see; null shows all. */
  readonly displayLots: number | null;
  /** Never more than the position, never beyond it. */
  readonly reduceOnly: boolean;
  /** Hedge mode: which of the two positions it changes. Absent: the account nets. */
  readonly positionSide?: 'LONG' | 'SHORT';
  /** Who watches trigger and end: this process while it owns the account, or the venue. */
  readonly heldBy: 'SEXTANT' | 'VENUE';
  /** Its place in a group of orders that belong together. */
  readonly group: GroupPlace | null;
  /** The algorithm that sliced it off. */
  readonly executionId: string | null;
  /** What its quantity follows from; absent where the quantity was asked for. */
  readonly sizing?: OrderSizing;
}

/** How a quantity came about. Amounts are decimal text. */
export type OrderSizing = {
  readonly by: 'EQUITY' | 'RISK' | 'POSITION';
  /** Percent of the equity, or fraction of the position, as asked for. */
  readonly share: string;
  /** What the share is of: the account's equity in `asset`, or the position in base. */
  readonly of: string;
  readonly asset: string;
  /** The price that the entry was reckoned with; null for a share of the position. */
  readonly price: string | null;
  /** Of RISK: where the loss is taken. */
  readonly stopPrice: string | null;
  /** Before it was rounded down to the venue's step. */
  readonly exact: string;
  /** Rounded down. */
  readonly quantity: string;
  /** Of POSITION: what stays behind because the venue takes no order of so little; else null. */
  readonly dust: string | null;
};

/** How far the trigger of an order that is held here has come. */
export interface TriggerState {
  /**
   * WAITING: for the first fill of its entry. ARMED: watched. TOUCHED: it goes out as soon as the leg that rests at the
   * venue is proven to have ended. TRIGGERED: its touch made an order of it. RELEASED: it went to the venue untouched.
   */
  readonly state: 'WAITING' | 'ARMED' | 'TOUCHED' | 'TRIGGERED' | 'RELEASED';
  /** Of a trailing stop: the best price since it began to trail; null before. */
  readonly extremeTicks: number | null;
  /** When it went on its way to the venue. */
  readonly triggeredAt: EpochMs | null;
  /** The price that touched it. */
  readonly triggeredTicks: number | null;
}

/** One order at the venue, of an order that has had several: what it stood for, and what was filled before it. */
export interface OrderRevision {
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly lots: number;
  readonly priceTicks: number | null;
  /** Filled by the revisions before it. */
  readonly filledBefore: number;
  /** Filled by itself. */
  readonly filledLots: number;
  /** Number of its first attempt, and when that was decided. */
  readonly firstAttempt: number;
  readonly since: EpochMs;
}

/** New terms of a resting order, until they are in force or given up. */
export interface Amendment {
  /** New total, what is filled included. */
  readonly lots: number;
  readonly priceTicks: number | null;
  /** NATIVE: the venue changes the order. REPLACE: the order at the venue ends, and another one follows. */
  readonly by: 'NATIVE' | 'REPLACE';
  /** What the new terms reserve, decimal text; and how much of it is set aside beyond what the old terms hold. */
  readonly reserved: string;
  readonly extra: string;
  /** Filled when it was asked for. */
  readonly filledBefore: number;
  readonly since: EpochMs;
  /** Of what the order at the venue had beyond what was asked for: what the new terms take away again. */
  readonly surplusLots?: number;
  /** REPLACE: when the order at the venue was proven to have ended, with every fill booked. */
  readonly endedAt: EpochMs | null;
}

/** What happens to conditions in the life of an order. */
export interface OrderProgress {
  /** Null where nothing is watched here. */
  readonly trigger: TriggerState | null;
  /** Oldest first, the last one is at the venue; empty for an order that was never replaced. */
  readonly revisions: readonly OrderRevision[];
  /** Absent or null while no new terms are on their way. */
  readonly amendment?: Amendment | null;
  /**
   * What rests at the venue beyond what was asked for: an order before it was filled after its end, when the one in its
   * place was already for the rest. Until that is taken away again the quantity is what could be filled.
   */
  readonly surplusLots?: number;
  /** Of an order that ended because its new terms were filled: what the one at the venue had beyond them. */
  readonly cutLots?: number;
}

/** What was asked for. Only an amendment changes quantity or price. */
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
  /** Null for a plain MARKET or LIMIT. */
  readonly conditions: OrderConditions | null;
  readonly strategy: string | null;
  readonly tags: readonly string[];
  /** SEXTANT: an intent of ours. EXTERNAL: found at the venue. */
  readonly origin: 'SEXTANT' | 'EXTERNAL';
}

export interface PendingChange {
  readonly kind: 'SUBMIT' | 'CANCEL' | 'AMEND';
  readonly since: EpochMs;
  readonly outcome: 'IN_FLIGHT' | 'UNKNOWN';
  /** Why it is cancelled when nobody asked for it: its time is over, or another leg of its group goes out. */
  readonly because?: CancelCause;
}

export type CancelCause = 'EXPIRY' | 'GROUP';

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
  readonly progress: OrderProgress | null;
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
