import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { shown } from '../ccxt/exact-values.js';

const EXPONENTIAL = /^(\d{1,20})(?:\.(\d{1,30}))?[eE]([+-]?\d{1,2})$/;
const PLAIN = /^\d{1,20}(?:\.\d{1,40})?$/;
const MOST_PLACES = 18;

/**
 * The plain notation of a number of zero or more, for the venues that write `0E-10` or `1e-05` where they mean it (Python's
 * decimals and floats). Exact: digits are moved, never rounded. What is finer than the ledger's scale is refused.
 * @throws UnreadableAnswer
 */
export function plainDecimal(value: unknown, what: string): string {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string') throw new UnreadableAnswer(`${what} is ${shown(value)}, no decimal`);
  const match = EXPONENTIAL.exec(text);
  if (match === null && !PLAIN.test(text))
    throw new UnreadableAnswer(`${what} is ${shown(value)}, no decimal`);
  const [whole = '', fraction = ''] = match === null ? text.split('.') : [match[1], match[2]];
  return trimmed(shifted(whole, fraction, match === null ? 0 : Number(match[3])), value, what);
}

function shifted(whole: string, fraction: string, by: number): [whole: string, fraction: string] {
  if (by >= 0) {
    const digits = fraction.padEnd(by, '0');
    return [whole + digits.slice(0, by), digits.slice(by)];
  }
  const digits = whole.padStart(1 - by, '0');
  return [digits.slice(0, digits.length + by), digits.slice(digits.length + by) + fraction];
}

function trimmed([whole, fraction]: [string, string], value: unknown, what: string): string {
  const integer = whole.replace(/^0+(?=\d)/, '');
  const places = fraction.replace(/0+$/, '');
  if (integer.length > 20 || places.length > MOST_PLACES) {
    throw new UnreadableAnswer(`${what} is ${shown(value)}: more digits than the ledger has`);
  }
  return places === '' ? integer : `${integer}.${places}`;
}
