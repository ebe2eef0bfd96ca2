/** Money is a bigint count of 10⁻⁸ of the asset, as the venue states every balance with eight decimals. */
export const DECIMALS = 8;
export const UNIT = 100_000_000n;

const DECIMAL = /^\d{1,20}(?:\.(\d{1,20}))?$/;

/** @returns the amount in units, `TOO_PRECISE` past eight decimals, or null when the text is no plain decimal. */
export function parseUnits(text: string): bigint | 'TOO_PRECISE' | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const dot = text.indexOf('.');
  const whole = dot === -1 ? text : text.slice(0, dot);
  const fraction = (match[1] ?? '').replace(/0+$/, '');
  if (fraction.length > DECIMALS) return 'TOO_PRECISE';
  return BigInt(whole) * UNIT + BigInt(fraction.padEnd(DECIMALS, '0'));
}

/** For amounts that the venue's operator writes: anything but a plain decimal of at most eight decimals throws. */
export function unitsOf(text: string): bigint {
  const negative = text.startsWith('-');
  const units = parseUnits(negative ? text.slice(1) : text);
  if (typeof units !== 'bigint') throw new RangeError(`"${text}" is not a decimal of at most 8 places`);
  return negative ? -units : units;
}

/** `123456789n` → `1.23456789`; fewer places only where the rest is zero. */
export function formatUnits(units: bigint, places = DECIMALS): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(DECIMALS + 1, '0');
  const whole = digits.slice(0, -DECIMALS);
  const fraction = digits.slice(-DECIMALS);
  if (/[1-9]/.test(fraction.slice(places))) throw new RangeError(`${units} has more than ${places} decimals`);
  return `${negative ? '-' : ''}${whole}${places > 0 ? `.${fraction.slice(0, places)}` : ''}`;
}

/** Integer division that rounds up; both arguments are positive. */
export function ceilDivide(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}
