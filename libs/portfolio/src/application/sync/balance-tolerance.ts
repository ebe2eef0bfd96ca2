/** How far a balance may be off before a person has to look, in units of 10^-18 of the asset. */
export abstract class BalanceTolerance {
  abstract unitsOf(asset: string): bigint;
}
