import type { EpochMs } from '@sextant/kernel';

/** Which lot goes first: the oldest, the newest, the dearest; or all are one at their average cost. */
export const LOT_METHODS = ['FIFO', 'LIFO', 'HIFO', 'AVERAGE'] as const;
export type LotMethod = (typeof LOT_METHODS)[number];

/** A quantity of one asset that came in at once, or that is owed because it was sold before it came. 10^-18. */
export interface Lot {
  /** The ledger transaction that it came from. */
  reference: string;
  at: EpochMs;
  /** > 0 held, < 0 owed. */
  signedUnits: bigint;
  /** What was paid for it, fees in it; of an owed one what was received, fees out of it. Null is not known. */
  valueUnits: bigint | null;
}

/**
 * What a quantity leaves for. A TRADE and a FEE realize a gain; a WITHDRAWAL, TRANSFER or CORRECTION moves it out of sight at
 * its cost. DERIVATIVE is the result of a perpetual, where nothing is held: no quantity, no cost.
 */
export type LotPurpose = 'TRADE' | 'FEE' | 'DERIVATIVE' | 'WITHDRAWAL' | 'TRANSFER' | 'CORRECTION';

/** A quantity with both its ends. */
export interface LotMatch {
  /** Of a DERIVATIVE its market. */
  asset: string;
  purpose: LotPurpose;
  units: bigint;
  acquiredAt: EpochMs;
  acquiredBy: string;
  /** Of what was owed this comes before `acquiredAt`. */
  disposedAt: EpochMs;
  disposedBy: string;
  /** Null where it is not known: of what was deposited, what it cost elsewhere. */
  costUnits: bigint | null;
  /** Null where it is not known, and where nothing was sold. */
  proceedsUnits: bigint | null;
}

/** A movement of one asset. `valueUnits` (≥ 0 as a rule) is its whole worth in the reporting asset. */
export interface LotChange {
  asset: string;
  purpose: LotPurpose;
  /** > 0 comes in, < 0 goes out. */
  signedUnits: bigint;
  valueUnits: bigint | null;
  at: EpochMs;
  reference: string;
}

export function isRealized({ purpose }: Pick<LotMatch, 'purpose'>): boolean {
  return purpose === 'TRADE' || purpose === 'FEE' || purpose === 'DERIVATIVE';
}

/** proceeds − cost; null while one of them is not known, and where nothing was realized. */
export function gainOf(match: LotMatch): bigint | null {
  const { costUnits, proceedsUnits } = match;
  if (!isRealized(match) || costUnits === null || proceedsUnits === null) return null;
  return proceedsUnits - costUnits;
}

/** The tax year is that in which the second end came. */
export function realizedAt({ acquiredAt, disposedAt }: LotMatch): EpochMs {
  return Math.max(acquiredAt, disposedAt);
}

export function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}
