/**
 * What a difference between the ledger and the venue is. EQUAL: none. OPENING: the ledger never saw the account before.
 * IN_FLIGHT: orders or fills of the asset are under way, so the two were not read at one moment. DUST: within what is
 * tolerated of the asset. TRANSFER, CORRECTION: somebody who knows says so. UNKNOWN_DEPOSIT, UNKNOWN_WITHDRAWAL: every
 * trade that the venue lists is booked, so the money came from outside, or went there. UNEXPLAINED: none of these.
 */
export const differenceClasses = [
  'EQUAL',
  'OPENING',
  'IN_FLIGHT',
  'DUST',
  'TRANSFER',
  'CORRECTION',
  'UNKNOWN_DEPOSIT',
  'UNKNOWN_WITHDRAWAL',
  'UNEXPLAINED',
] as const;
export type DifferenceClass = (typeof differenceClasses)[number];

/** What the ledger and the venue say of one asset, in units of 10^-18. */
export interface BalanceComparison {
  asset: string;
  ledgerUnits: bigint;
  venueUnits: bigint;
  /** venue − ledger. */
  differenceUnits: bigint;
  classification: DifferenceClass;
  /** What of the tolerance was left for this comparison. */
  toleranceUnits: bigint;
  /** Why it is booked, where somebody said so. */
  note: string | null;
}

/** EXPLAINED: nothing is left for a person. */
export type SyncVerdict = 'EQUAL' | 'EXPLAINED' | 'UNEXPLAINED';

/** What somebody who knows says that a difference is. */
export interface Acceptance {
  as: 'TRANSFER' | 'CORRECTION';
  note: string;
}

/** AGREE: the venue's list of trades and the booked ones are the same. UNKNOWN: it was not read, or not to the end. */
export type TradesAre = 'AGREE' | 'DIFFER' | 'UNKNOWN';

export interface BalanceInput {
  ledger: ReadonlyMap<string, bigint>;
  venue: ReadonlyMap<string, bigint>;
  /** True while the ledger has no entry at all. */
  firstSight: boolean;
  inFlight: (asset: string) => boolean;
  /** The most that is taken over of an asset within a day without anybody's word. */
  toleranceUnits: (asset: string) => bigint;
  /** What was taken over so within the last day, without its sign. */
  healedUnits: (asset: string) => bigint;
  trades: TradesAre;
  accepts: (asset: string, differenceUnits: bigint) => Acceptance | null;
}

/** Compares every asset that either side knows; sorted by asset. */
export function classifyBalances(input: BalanceInput): BalanceComparison[] {
  const assets = [...new Set([...input.ledger.keys(), ...input.venue.keys()])].sort();
  return assets.map((asset) => {
    const ledgerUnits = input.ledger.get(asset) ?? 0n;
    const venueUnits = input.venue.get(asset) ?? 0n;
    const differenceUnits = venueUnits - ledgerUnits;
    const toleranceUnits = toleranceLeft(input, asset);
    const acceptance = input.accepts(asset, differenceUnits);
    const classification = classify(input, asset, differenceUnits, toleranceUnits, acceptance);
    const note = classification === acceptance?.as ? acceptance.note : null;
    return { asset, ledgerUnits, venueUnits, differenceUnits, classification, toleranceUnits, note };
  });
}

/** Three answers. The worst asset decides. */
export function syncVerdict(comparisons: readonly Pick<BalanceComparison, 'classification'>[]): SyncVerdict {
  if (comparisons.some(({ classification }) => isOpen(classification))) return 'UNEXPLAINED';
  return comparisons.every(({ classification }) => classification === 'EQUAL') ? 'EQUAL' : 'EXPLAINED';
}

/** Whether a person has to look. */
export function isOpen(classification: string): boolean {
  return (
    classification === 'UNKNOWN_DEPOSIT' ||
    classification === 'UNKNOWN_WITHDRAWAL' ||
    classification === 'UNEXPLAINED'
  );
}

/**
 * In the order of what is certain: what moves while it is compared proves nothing, so nothing is booked of it, not even
 * on somebody's word.
 */
function classify(
  input: BalanceInput,
  asset: string,
  difference: bigint,
  tolerance: bigint,
  acceptance: Acceptance | null,
): DifferenceClass {
  if (difference === 0n) return 'EQUAL';
  if (input.firstSight && difference > 0n) return 'OPENING';
  if (input.inFlight(asset)) return 'IN_FLIGHT';
  if (size(difference) <= tolerance) return 'DUST';
  if (acceptance !== null) return acceptance.as;
  if (input.trades !== 'AGREE') return 'UNEXPLAINED';
  return difference > 0n ? 'UNKNOWN_DEPOSIT' : 'UNKNOWN_WITHDRAWAL';
}

function toleranceLeft({ toleranceUnits, healedUnits }: BalanceInput, asset: string): bigint {
  const left = toleranceUnits(asset) - healedUnits(asset);
  return left > 0n ? left : 0n;
}

function size(units: bigint): bigint {
  return units < 0n ? -units : units;
}
