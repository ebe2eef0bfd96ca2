import {
  formatScaled,
  isDecimalText,
  mulDivHalfEven,
  ONE,
  parseAsset,
  parseScaled,
  Symbol,
} from '@sextant/kernel';
import type { EpochMs, Instrument, LiquidityRole, Side } from '@sextant/kernel';
import { UnreadableAnswer } from './exact-json.js';

/**
 * Reads values of a venue's answer. Everything is text in plain notation, or a safe integer where the venue counts:
 * a float, an exponent, NaN, null, a sign where none belongs, digits past the ledger's scale or off the market's
 * grid are an `UnreadableAnswer` and never a value.
 */
export function unitsOf(value: unknown, what: string): bigint {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (!isDecimalText(text)) throw new UnreadableAnswer(`${what} is ${shown(value)}, no decimal`);
  try {
    return parseScaled(text);
  } catch {
    throw new UnreadableAnswer(`${what} is ${shown(value)}: more digits than the ledger has`);
  }
}

/** Zero or more. */
export function amountUnitsOf(value: unknown, what: string): bigint {
  const units = unitsOf(value, what);
  if (units < 0n) throw new UnreadableAnswer(`${what} is ${shown(value)}, below zero`);
  return units;
}

export function ticksOf(value: unknown, instrument: Instrument, what: string): number {
  return gridCount(amountUnitsOf(value, what), instrument.tickUnits, what, value, 1);
}

/** `contractUnits`: base in one contract of the venue (10^-18), where the venue counts contracts. */
export function lotsOf(
  value: unknown,
  instrument: Instrument,
  what: string,
  contractUnits: bigint = ONE,
): number {
  const base = (amountUnitsOf(value, what) * contractUnits) / ONE;
  return gridCount(base, instrument.stepUnits, what, value, 0);
}

function gridCount(units: bigint, step: bigint, what: string, value: unknown, least: number): number {
  const count = units / step;
  if (count * step !== units)
    throw new UnreadableAnswer(`${what} ${shown(value)} is off the grid of ${formatScaled(step)}`);
  if (count < BigInt(least) || count > BigInt(Number.MAX_SAFE_INTEGER))
    throw new UnreadableAnswer(`${what} ${shown(value)} is out of range`);
  return Number(count);
}

const LONG_DECIMAL = /^\d{1,20}(?:\.(\d{1,60}))?$/;

/** average × quantity, for venues that tell an average with more digits than the ledger has; HALF_EVEN at 10^-18. */
export function quoteOfAverage(average: unknown, baseUnits: bigint, what: string): bigint {
  const match = typeof average === 'string' ? LONG_DECIMAL.exec(average) : null;
  if (match === null) throw new UnreadableAnswer(`${what} is ${shown(average)}, no decimal`);
  const digits = (average as string).replace('.', '');
  return mulDivHalfEven(BigInt(digits), baseUnits, 10n ** BigInt(match[1]?.length ?? 0));
}

export function textOf(value: unknown, what: string, maxLength = 128): string {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || text === '' || text.length > maxLength)
    throw new UnreadableAnswer(`${what} is ${shown(value)}, no text of 1 to ${maxLength} characters`);
  return text;
}

/** A venue's own name of an account; null where it tells none. A text that is no name is none. */
export function identityOf(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[\x21-\x7e]{1,128}$/.test(text) && text !== '0' ? text : null;
}

const EARLIEST: EpochMs = 1_230_768_000_000; // 2009: nothing was traded before
const LATEST: EpochMs = 4_102_444_800_000; // 2100

export function timeOf(value: unknown, what: string): EpochMs {
  const ms = typeof value === 'string' && /^\d{12,14}$/.test(value) ? Number(value) : value;
  if (typeof ms !== 'number' || !Number.isSafeInteger(ms) || ms < EARLIEST || ms > LATEST)
    throw new UnreadableAnswer(`${what} is ${shown(value)}, no time in milliseconds`);
  return ms;
}

export function assetOf(value: unknown, what: string): string {
  try {
    return parseAsset(value as string);
  } catch {
    throw new UnreadableAnswer(`${what} is ${shown(value)}, no asset`);
  }
}

export function symbolOf(value: unknown, what: string): string {
  try {
    return Symbol.parse(value as string).toString();
  } catch {
    throw new UnreadableAnswer(`${what} is ${shown(value)}, no market`);
  }
}

export function sideOf(value: unknown, what: string): Side {
  if (value === 'buy') return 'BUY';
  if (value === 'sell') return 'SELL';
  throw new UnreadableAnswer(`${what} is ${shown(value)}, no side`);
}

export function roleOf(value: unknown): LiquidityRole | null {
  return value === 'maker' ? 'MAKER' : value === 'taker' ? 'TAKER' : null;
}

const EXPONENT = /^-?\d+(?:\.\d+)?[eE][+-]?\d+$/;

/** ccxt writes exponents out, so that they are looked for in what the venue sent; ids may look like one. */
export function refuseExponents(info: unknown): void {
  if (typeof info !== 'object' || info === null) return;
  for (const [name, value] of Object.entries(info)) {
    if (typeof value === 'string' && EXPONENT.test(value) && !/id|link|ref|tag/i.test(name)) {
      throw new UnreadableAnswer(`${name.slice(0, 40)} is ${shown(value)}, no plain decimal`);
    }
  }
}

/**
 * For the few things that ccxt keeps as numbers whatever `number` says: books, and rates out of its own tables. A double
 * that came from at most 15 digits prints as them again; where an exponent would be printed it is written out.
 */
export function plainNumber(value: unknown): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = '', places] = match;
  return `${sign}0.${'0'.repeat(Number(places) - 1)}${whole}${fraction}`;
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UnreadableAnswer(`${what} is ${shown(value)}, no object`);
  return value as Fields;
}

export function listOf(value: unknown, what: string, maxLength = 5_000): readonly unknown[] {
  if (!Array.isArray(value)) throw new UnreadableAnswer(`${what} is ${shown(value)}, no list`);
  if (value.length > maxLength) throw new UnreadableAnswer(`${what} has ${value.length} entries`);
  return value;
}

/** Short, and never the content of an object. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}
