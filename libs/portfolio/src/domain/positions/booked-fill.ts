import type { EpochMs, FillId, LiquidityRole, OrderId, Side } from '@sextant/kernel';
import type { PositionSide } from './position.js';

/** A venue's execution as execution hands it over to be booked. Units are counts of 10^-18 of their asset. */
export interface BookedFill {
  fillId: FillId;
  orderId: OrderId;
  symbol: string;
  base: string;
  quote: string;
  side: Side;
  lots: number;
  priceTicks: number;
  /** Base amount traded, > 0, before fees. */
  baseUnits: bigint;
  /** price × quantity in quote, > 0, before fees. */
  notionalUnits: bigint;
  feeAsset: string;
  /** Positive is paid, negative is a rebate. */
  feeUnits: bigint;
  /**
   * The fee's worth in quote at fill time, same sign as `feeUnits`. Needed only when `feeAsset` is neither base
   * nor quote; null or absent there means not known, and is never taken for zero.
   */
  feeValueUnits?: bigint | null;
  role: LiquidityRole;
  executedAt: EpochMs;
  /** The order's `strategy` text; null is none. */
  strategy: string | null;
  venue: string;
  venueTradeId: string;
  /** Id of the venue's order, where that took the place of another one of the same order: trade ids may begin anew. */
  replacement?: string;
  /** Hedge mode: which of the two positions it belongs to. Absent: the netted one. */
  positionSide?: Exclude<PositionSide, 'NET'>;
  /** The venue made it against the owner's will: a liquidation, or a deleveraging. */
  liquidation?: true;
  /**
   * Perpetuals: the result in the settlement asset as the venue put it into the wallet, rounded to its scale; null or
   * absent where it does not say.
   */
  settledUnits?: bigint | null;
}

/** A fill of before the account was first seen. There is no order here that it belongs to: `orderId` names none. */
export interface HistoricFill extends BookedFill {
  venueOrderId: string;
}
