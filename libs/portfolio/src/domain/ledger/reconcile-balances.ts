/** What the ledger and the venue say of one asset, in units of 10^-18. */
export interface BalanceComparison {
  asset: string;
  ledgerUnits: bigint;
  venueUnits: bigint;
  /** venue − ledger. */
  differenceUnits: bigint;
  classification: DifferenceClass;
}

/**
 * EQUAL; OPENING: the ledger never saw the account before; IN_FLIGHT: orders or fills of the asset are under way, so the
 * two were not read at one moment; DUST: within the asset's tolerance; TRANSFER: none of these, and somebody who knows
 * of money that came or went asked for it to be taken over; UNEXPLAINED: none of these.
 */
export type DifferenceClass = 'EQUAL' | 'OPENING' | 'IN_FLIGHT' | 'DUST' | 'TRANSFER' | 'UNEXPLAINED';

export type SyncVerdict = 'EQUAL' | 'EXPLAINED' | 'UNEXPLAINED';

export interface ReconciliationInput {
  ledger: ReadonlyMap<string, bigint>;
  venue: ReadonlyMap<string, bigint>;
  /** True while the ledger has no entry at all. */
  firstSight: boolean;
  inFlight: (asset: string) => boolean;
  toleranceUnits: (asset: string) => bigint;
  /** What nothing explains came from outside, or went there: somebody says so. */
  takesTransfers: boolean;
}

/** Compares every asset that either side knows; sorted by asset. */
export function reconcileBalances(input: ReconciliationInput): BalanceComparison[] {
  const assets = [...new Set([...input.ledger.keys(), ...input.venue.keys()])].sort();
  return assets.map((asset) => {
    const ledgerUnits = input.ledger.get(asset) ?? 0n;
    const venueUnits = input.venue.get(asset) ?? 0n;
    const differenceUnits = venueUnits - ledgerUnits;
    const classification = classify(input, asset, differenceUnits);
    return { asset, ledgerUnits, venueUnits, differenceUnits, classification };
  });
}

/** Three answers: equal, explained, unexplained. The worst asset decides. */
export function syncVerdict(comparisons: readonly BalanceComparison[]): SyncVerdict {
  if (comparisons.some(({ classification }) => classification === 'UNEXPLAINED')) return 'UNEXPLAINED';
  return comparisons.every(({ classification }) => classification === 'EQUAL') ? 'EQUAL' : 'EXPLAINED';
}

function classify(input: ReconciliationInput, asset: string, difference: bigint): DifferenceClass {
  if (difference === 0n) return 'EQUAL';
  if (input.firstSight && difference > 0n) return 'OPENING';
  if (input.inFlight(asset)) return 'IN_FLIGHT';
  const size = difference < 0n ? -difference : difference;
  if (size <= input.toleranceUnits(asset)) return 'DUST';
  return input.takesTransfers ? 'TRANSFER' : 'UNEXPLAINED';
}
