import { mulDivHalfEven, ONE } from '@sextant/kernel';

/**
 * A venue's rules for positions of one size. The notional belongs to a tier from `floorUnits` up to, and not with, the
 * floor of the next; `deductionUnits` makes the maintenance margin continuous where tiers meet. Amounts at 10^-18 of the
 * settlement asset, the rate too (0.005 = 5·10^15).
 */
export interface MarginTier {
  floorUnits: bigint;
  maintenanceRate: bigint;
  deductionUnits: bigint;
  maxLeverage: number;
}

/** The tier of a notional; tiers are sorted by their floors, the first begins at zero. */
export function tierAt(tiers: readonly MarginTier[], notionalUnits: bigint): MarginTier {
  const tier = tiers.findLast(({ floorUnits }) => notionalUnits >= floorUnits) ?? tiers[0];
  if (tier === undefined) throw new Error('a market without margin tiers');
  return tier;
}

/** Maintenance margin = rate × notional − deduction, never below zero. */
export function maintenanceMargin(tiers: readonly MarginTier[], notionalUnits: bigint): bigint {
  const { maintenanceRate, deductionUnits } = tierAt(tiers, notionalUnits);
  const margin = mulDivHalfEven(notionalUnits, maintenanceRate, ONE) - deductionUnits;
  return margin > 0n ? margin : 0n;
}

/** One tier that holds for every size: what a venue without tiers has. */
export function singleTier(maintenanceRate: bigint, maxLeverage = 1): MarginTier[] {
  return [{ floorUnits: 0n, maintenanceRate, deductionUnits: 0n, maxLeverage }];
}
