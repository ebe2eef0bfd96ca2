import { formatScaled, LEDGER_SCALE } from '@sextant/kernel';

/** Above this many places 10^places + fraction is no safe integer. */
const MOST_PLACES = 15;

/** Counts of a tick or step size as plain decimal text without zeros at the end, as venues want it on the wire. */
export class GridText {
  private readonly places: number;
  private readonly multiplier: number;
  private readonly one: number;

  /** @param stepUnits the size of one step in 10^-18 */
  constructor(private readonly stepUnits: bigint) {
    let units = stepUnits;
    let places = LEDGER_SCALE;
    while (places > 0 && units % 10n === 0n) {
      units /= 10n;
      places -= 1;
    }
    this.places = places;
    this.multiplier = Number(units);
    this.one = 10 ** places;
  }

  of(count: number): string {
    const scaled = count * this.multiplier;
    if (this.places > MOST_PLACES || !Number.isSafeInteger(scaled) || scaled < 0)
      return formatScaled(BigInt(count) * this.stepUnits);
    if (this.places === 0) return `${scaled}`;
    const whole = Math.floor(scaled / this.one);
    let fraction = scaled - whole * this.one;
    if (fraction === 0) return `${whole}`;
    let one = this.one;
    while (fraction % 10 === 0) {
      fraction /= 10;
      one /= 10;
    }
    return `${whole}.${`${one + fraction}`.slice(1)}`;
  }
}
