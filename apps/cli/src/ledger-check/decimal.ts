/** Amounts are counts of 10^-18. */
const PLACES = 18;
const ONE = 10n ** BigInt(PLACES);

/** An amount as plain decimal text without trailing zeros. */
export function decimalText(units: bigint): string {
  const size = units < 0n ? -units : units;
  const part = (size % ONE).toString().padStart(PLACES, '0').replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${size / ONE}${part === '' ? '' : `.${part}`}`;
}

/** The amount that plain decimal text states; null for anything else. */
export function unitsOf(text: unknown): bigint | null {
  const match = typeof text === 'string' ? /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(text) : null;
  if (match === null) return null;
  const size = BigInt(`${match[2]}${(match[3] ?? '').padEnd(PLACES, '0')}`);
  return match[1] === '-' ? -size : size;
}

/** `amount` × `part` / `whole` to the nearest unit, halves to the even one; `whole` > 0. */
export function shareOf(amount: bigint, part: bigint, whole: bigint): bigint {
  const product = amount * part;
  const size = product < 0n ? -product : product;
  let result = size / whole;
  const twice = 2n * (size - result * whole);
  if (twice > whole || (twice === whole && result % 2n === 1n)) result += 1n;
  return product < 0n ? -result : result;
}
