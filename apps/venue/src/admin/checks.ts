import { validateHeaderName, validateHeaderValue } from 'node:http';
import { parseUnits } from '../engine/amounts.js';

/** Whether a value that the operator sent makes sense. */
export type Check = (value: unknown) => boolean;
export type Checks = Readonly<Record<string, Check>>;

/** Node's timers fire at once beyond it: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

export const isText: Check = (value) => typeof value === 'string';
export const isName: Check = (value) => typeof value === 'string' && value !== '';
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isWhole: Check = (value) => Number.isSafeInteger(value);
export const isCount: Check = (value) => isWhole(value) && (value as number) > 0;
export const isMs: Check = (value) => between(0, LONGEST_MS)(value);
export const isShare: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
export const isTexts: Check = (value) => isObject(value) && Object.values(value).every(isText);
export const isListOfTexts: Check = (value) => Array.isArray(value) && value.every(isText);
/** Decimal text of at most eight places, 0 included. */
export const isAmount: Check = (value) => typeof value === 'string' && typeof parseUnits(value) === 'bigint';
export const isPrice: Check = (value) => isAmount(value) && parseUnits(value as string) !== 0n;
export const isSignedAmount: Check = (value) =>
  isText(value) && isAmount((value as string).replace(/^-/, ''));
export const isAmounts: Check = (value) => isObject(value) && Object.values(value).every(isAmount);
export const isSignedAmounts: Check = (value) =>
  isObject(value) && Object.values(value).every(isSignedAmount);
export const between =
  (least: number, most: number): Check =>
  (value) =>
    isWhole(value) && (value as number) >= least && (value as number) <= most;
export const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
export const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** Codes that a close frame can carry, and 1006, which means that there is none. */
export const isCloseCode: Check = (value) =>
  isCount(value) &&
  (([1000, 1001, 1002, 1003, 1006] as unknown[]).includes(value) ||
    ((value as number) >= 1007 && (value as number) <= 1014) ||
    ((value as number) >= 3000 && (value as number) <= 4999));

/** Headers that Node can send: it would throw at the strike otherwise. */
export const isHeaders: Check = (value) => {
  if (!isTexts(value)) return false;
  try {
    for (const [name, text] of Object.entries(value as Record<string, string>)) {
      validateHeaderName(name);
      validateHeaderValue(name, text);
    }
    return true;
  } catch {
    return false;
  }
};

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An object with these fields and no other. Throws a `TypeError` that names the field, `prefix` before it.
 */
export function checkFields(value: unknown, checks: Checks, prefix = ''): Record<string, unknown> {
  if (!isObject(value)) {
    throw new TypeError(
      prefix === '' ? 'a JSON object is wanted' : `${prefix.slice(0, -1)} must be an object`,
    );
  }
  for (const field of Object.keys(value)) {
    if (!Object.hasOwn(checks, field)) throw new TypeError(`${prefix}${field} is not known here`);
  }
  for (const [field, check] of Object.entries(checks)) {
    if (!check(value[field])) throw new TypeError(`${prefix}${field} is missing or wrong`);
  }
  return value;
}
