import type { EpochMs } from '@sextant/kernel';

/** NET: one position a market. LONG, SHORT: hedge mode, two of them. */
export type VenuePositionSide = 'NET' | 'LONG' | 'SHORT';

export type VenueMarginMode = 'CROSS' | 'ISOLATED';

/** An open position in a perpetual as the venue knows it. Prices and amounts at 10^-18; unknown is null. */
export interface VenuePosition {
  symbol: string;
  positionSide: VenuePositionSide;
  /** Lots of base, > 0 long, < 0 short; never 0. */
  signedLots: number;
  entryPriceUnits: bigint;
  markPriceUnits: bigint | null;
  /** In the settlement asset. */
  unrealizedUnits: bigint | null;
  liquidationPriceUnits: bigint | null;
  /** What was put aside for an isolated position; null in cross margin. */
  isolatedMarginUnits: bigint | null;
  updatedAt: EpochMs;
}

/** A venue's rules for positions of one size: from `floorUnits` of notional on. 10^-18, the rate too. */
export interface VenueMarginTier {
  floorUnits: bigint;
  maintenanceRate: bigint;
  /** What makes the maintenance margin continuous at the floor. */
  deductionUnits: bigint;
  maxLeverage: number;
}

/** How an account holds the perpetuals of one market. */
export interface VenueMarketMargin {
  symbol: string;
  leverage: number;
  marginMode: VenueMarginMode;
  /** By floor, the first begins at zero; never empty. */
  tiers: VenueMarginTier[];
}

export interface VenueMargin {
  /** Hedge mode: LONG and SHORT are two positions. */
  hedged: boolean;
  markets: VenueMarketMargin[];
}

/** One setting of an account that its venue is to change. */
export type MarginChange =
  | { kind: 'LEVERAGE'; symbol: string; leverage: number }
  | { kind: 'MARGIN_MODE'; symbol: string; marginMode: VenueMarginMode }
  | { kind: 'POSITION_MODE'; hedged: boolean };

/**
 * FUNDING: of a position at a stamp. INSURANCE: what the venue's fund paid or took after a liquidation. TRANSFER: between
 * the venue's own wallets, or from and to outside. OTHER: what the venue names otherwise, `label` says how. The results and
 * fees of fills are not in it: fills tell them.
 */
export type IncomeKind = 'FUNDING' | 'INSURANCE' | 'TRANSFER' | 'OTHER';

/** One movement of a wallet, `units` (10^-18 of `asset`) > 0 received. */
export interface VenueIncome {
  /** Unique per account, kind and venue. */
  incomeId: string;
  kind: IncomeKind;
  /** What the venue calls it. */
  label: string;
  /** Null where it is not of one market. */
  symbol: string | null;
  asset: string;
  units: bigint;
  at: EpochMs;
}

export interface IncomePage {
  income: VenueIncome[];
  /** Hand back for the next page; a page without income is the last one there is yet. */
  cursor: string;
}
