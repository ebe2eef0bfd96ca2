import type { AccountId, EpochMs, Instrument, OrderId, Side } from '@sextant/kernel';

/** An order that wants to be sent, on the venue's grid. */
export interface OrderIntent {
  accountId: AccountId;
  orderId: OrderId;
  instrument: Instrument;
  symbol: string;
  side: Side;
  /** Null when the order is for an amount of quote. */
  lots: number | null;
  /** Quote to trade, 10^-18; null when the order is for a quantity. */
  quoteUnits: bigint | null;
  /** Null for a market order. */
  priceTicks: number | null;
  /** Name of the strategy behind it; absent or null for an order without one. */
  strategy?: string | null;
  /** The kill switch whose liquidation it belongs to; absent or null for any other order. */
  liquidates?: string | null;
  /** Trigger price in ticks while it has not been touched; absent or null for an order that goes out as it is. */
  stopTicks?: number | null;
  /** It can only make a position smaller; absent or false for any other order. */
  reduceOnly?: boolean;
}

/** The market as the decision sees it. */
export interface MarketView {
  bidTicks: number;
  askTicks: number;
  /** Price in quote, 10^-18. */
  markUnits: bigint;
  /** Price of the last trade in ticks; absent or null where none is known. */
  lastTicks?: number | null;
  asOf: EpochMs;
  stale: boolean;
}

/** Whether the account may trade at all. */
export interface AccountConditions {
  leaseHeld: boolean;
  /** Orders, fills and balances agree with the venue. */
  reconciled: boolean;
  /** Our clock is near enough to the venue's for its validity window to mean something. */
  clockSafe: boolean;
}

/** Everything that the rules look at and that is not the account's own risk state. */
export interface RiskFacts {
  conditions: AccountConditions;
  market: MarketView | null;
  /** Position in base, 10^-18; > 0 long. */
  positionUnits: bigint;
  /** Perpetuals: notional over initial margin of a position in the order's market; absent: 1. */
  leverage?: number;
  /** What open perpetuals hold back of an asset: initial margin and open losses, 10^-18; absent: nothing. */
  heldUnits?(asset: string): bigint;
  /** Holdings of an asset, reservations included, 10^-18. */
  totalUnits(asset: string): bigint;
  now: EpochMs;
  /** `Clock.monotonicMs()` */
  nowMs: number;
}
