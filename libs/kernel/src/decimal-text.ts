import { describeInput } from './describe-input.js';
import { DomainError } from './domain-error.js';

/** Scale of every stored amount: 18 digits after the point, `numeric(38,0)` in the database. */
export const LEDGER_SCALE = 18;
export const ONE = 10n ** BigInt(LEDGER_SCALE);

/** The only text that is ever read as a decimal. Checked before any decimal library sees it. */
export const DECIMAL_PATTERN = /^-?\d{1,20}(\.\d{1,18})?$/;

/** True when `text` is a string in the plain notation of the API. */
export function isDecimalText(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 40 && DECIMAL_PATTERN.test(text);
}

/**
 * Reads plain decimal text as an integer count of 10^-scale.
 * @throws DomainError DECIMAL_MALFORMED when the text is not plain notation or has more digits than the scale.
 */
export function parseScaled(text: string, scale: number = LEDGER_SCALE): bigint {
  if (!isDecimalText(text)) {
    throw new DomainError('DECIMAL_MALFORMED', `${describeInput(text)} is not a decimal in plain notation.`);
  }
  const point = text.indexOf('.');
  if (point < 0) return BigInt(text) * powerOfTen(scale);
  const end = endWithoutZeros(text, point + 1);
  const places = end - point - 1;
  if (places > scale) {
    throw new DomainError('DECIMAL_MALFORMED', `${text} has more than ${scale} digits after the point.`);
  }
  return BigInt(text.slice(0, point) + text.slice(point + 1, end)) * powerOfTen(scale - places);
}

const POWERS = Array.from({ length: LEDGER_SCALE + 1 }, (_, exponent) => 10n ** BigInt(exponent));

function powerOfTen(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** Plain notation, no trailing zeros, no `-0`. The inverse of `parseScaled`. */
export function formatScaled(units: bigint, scale: number = LEDGER_SCALE): string {
  if (units < 0n) return `-${formatScaled(-units, scale)}`;
  let digits = units.toString();
  if (digits.length <= scale) digits = digits.padStart(scale + 1, '0');
  const point = digits.length - scale;
  const end = endWithoutZeros(digits, point);
  if (end === point) return point === digits.length ? digits : digits.slice(0, point);
  return `${digits.slice(0, point)}.${digits.slice(point, end)}`;
}

/** Where `digits` ends when zeros at the end are left out, `from` at the least. */
function endWithoutZeros(digits: string, from: number): number {
  let end = digits.length;
  while (end > from && digits.charCodeAt(end - 1) === 48) end -= 1;
  return end;
}

/**
 * a·b/divisor rounded HALF_EVEN, exact before the one rounding.
 * @throws RangeError when the divisor is not greater than zero.
 */
export function mulDivHalfEven(a: bigint, b: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new RangeError(`cannot divide by ${divisor}`);
  const product = a * b;
  const quotient = product / divisor;
  const rest = product - quotient * divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < divisor || (twice === divisor && quotient % 2n === 0n)) return quotient;
  return product < 0n ? quotient - 1n : quotient + 1n;
}

/** Product of two amounts at ledger scale, HALF_EVEN at ledger scale. */
export function multiplyScaled(a: bigint, b: bigint): bigint {
  return mulDivHalfEven(a, b, ONE);
}

/** Quotient of two amounts at ledger scale, HALF_EVEN at ledger scale. @throws RangeError when b is zero. */
export function divideScaled(a: bigint, b: bigint): bigint {
  return b < 0n ? mulDivHalfEven(-a, ONE, -b) : mulDivHalfEven(a, ONE, b);
}
