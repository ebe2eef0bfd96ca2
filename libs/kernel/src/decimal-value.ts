import { DomainError } from './domain-error.js';
import { formatScaled, parseScaled } from './decimal-text.js';
import { parseAsset } from './symbol.js';

/**
 * An immutable decimal: an integer count of 10^-18. The named types below differ only in the values they admit
 * and in what they may be mixed with; arithmetic is on `units`.
 */
abstract class DecimalValue {
  protected constructor(readonly units: bigint) {}

  toString(): string {
    return formatScaled(this.units);
  }

  toJSON(): string {
    return formatScaled(this.units);
  }
}

function outOfRange(kind: string, units: bigint, rule: string): DomainError {
  return new DomainError('DECIMAL_OUT_OF_RANGE', `${kind} ${formatScaled(units)} must be ${rule}.`);
}

/** Quote asset per one base asset; greater than zero. */
export class Price extends DecimalValue {
  declare private readonly price: true;

  private constructor(units: bigint) {
    super(units);
    Object.freeze(this);
  }

  static parse(text: string): Price {
    return Price.ofUnits(parseScaled(text));
  }

  static ofUnits(units: bigint): Price {
    if (units <= 0n) throw outOfRange('Price', units, 'greater than zero');
    return new Price(units);
  }
}

/** Amount of base asset, linear perpetuals too; zero or more. */
export class Quantity extends DecimalValue {
  declare private readonly quantity: true;

  static readonly ZERO = new Quantity(0n);

  private constructor(units: bigint) {
    super(units);
    Object.freeze(this);
  }

  static parse(text: string): Quantity {
    return Quantity.ofUnits(parseScaled(text));
  }

  static ofUnits(units: bigint): Quantity {
    if (units < 0n) throw outOfRange('Quantity', units, 'zero or more');
    return new Quantity(units);
  }
}

/** A signed amount of one asset. Amounts of different assets never meet in one sum. */
export class Money extends DecimalValue {
  declare private readonly money: true;

  private constructor(
    units: bigint,
    readonly asset: string,
  ) {
    super(units);
    Object.freeze(this);
  }

  static parse(text: string, asset: string): Money {
    return new Money(parseScaled(text), parseAsset(asset));
  }

  static ofUnits(units: bigint, asset: string): Money {
    return new Money(units, parseAsset(asset));
  }

  /** @throws Error when the assets differ. */
  plus(other: Money): Money {
    if (other.asset !== this.asset) {
      throw new Error(`cannot add ${other.asset} to ${this.asset}`);
    }
    return new Money(this.units + other.units, this.asset);
  }

  negated(): Money {
    return new Money(-this.units, this.asset);
  }
}

/** A ratio as a fraction: "0.05" is 5 %. Signed. */
export class Percentage extends DecimalValue {
  declare private readonly percentage: true;

  private constructor(units: bigint) {
    super(units);
    Object.freeze(this);
  }

  static parse(text: string): Percentage {
    return new Percentage(parseScaled(text));
  }

  static ofUnits(units: bigint): Percentage {
    return new Percentage(units);
  }
}
