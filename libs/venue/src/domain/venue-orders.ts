import type { EpochMs, LiquidityRole, Side } from '@sextant/kernel';

export type VenueOrderType = 'MARKET' | 'LIMIT';
export type VenueTimeInForce = 'GTC' | 'IOC' | 'FOK';
export type VenueOrderState = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';

/** What an account asks for. Prices in ticks, quantities in lots, `quoteUnits` 10^-18 of the quote asset. */
export interface VenuePlacement {
  clientOrderId: string;
  symbol: string;
  side: Side;
  type: VenueOrderType;
  timeInForce: VenueTimeInForce;
  postOnly: boolean;
  lots: number | null;
  quoteUnits: bigint | null;
  priceTicks: number | null;
}

/** An order of the simulated exchange. `number` is its id there, counted per account. */
export interface VenueOrderRecord extends VenuePlacement {
  readonly number: number;
  status: VenueOrderState;
  filledLots: number;
  cumulativeQuoteUnits: bigint;
  updatedAt: EpochMs;
}

/** A fill as the journal keeps it; the fee is in what was received and positive when paid. */
export interface RecordedFill {
  /** Counted per account. */
  trade: number;
  ticks: number;
  lots: number;
  feeUnits: bigint;
}

/** A fill as the account is told. */
export interface ReportedFill extends RecordedFill {
  order: VenueOrderRecord;
  feeAsset: string;
  role: LiquidityRole;
  at: EpochMs;
}

export function isOpen(order: VenueOrderRecord): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

/** Lots that a resting order still waits for. */
export function remainingLots(order: VenueOrderRecord): number {
  return (order.lots ?? order.filledLots) - order.filledLots;
}
