import { parseUnits } from '../engine/amounts.js';
import {
  duplicateParameter,
  emptyParameter,
  illegalCharacters,
  invalidData,
  missing,
  tooPrecise,
} from './venue-error.js';

const INTEGER = /^\d{1,18}$/;
const DECIMAL_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const INTEGER_RANGE = '^[0-9]{1,20}$';

/** The parameters of one call, decoded; where query and body both name one, the query's value holds. */
export class Params {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** Throws −1100 on a broken escape and −1101 on a name that one of the two parts repeats. */
  static parse(query: string, body: string): Params {
    const values = new Map<string, string>();
    if (body !== '') readPairs(body, values);
    if (query !== '') {
      const own = new Map<string, string>();
      readPairs(query, own);
      for (const [name, value] of own) values.set(name, value);
    }
    return new Params(values);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  names(): string[] {
    return [...this.#values.keys()];
  }

  /** @returns null when it was not sent; throws −1105 when it was sent empty. */
  text(name: string): string | null {
    const value = this.#values.get(name);
    if (value === undefined) return null;
    if (value === '') throw emptyParameter(name);
    return value;
  }

  needText(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined || value === '') throw missing(name);
    return value;
  }

  /** A whole number that is not negative and fits a JavaScript number. */
  integer(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    if (!INTEGER.test(value)) throw illegalCharacters(name, INTEGER_RANGE);
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw invalidData(name);
    return number;
  }

  needInteger(name: string): number {
    const value = this.integer(name);
    if (value === null) throw missing(name);
    return value;
  }

  /** Units of 10⁻⁸; throws −1100 for anything but a plain decimal and −1111 past eight decimals. */
  decimal(name: string): bigint | null {
    const value = this.text(name);
    if (value === null) return null;
    const units = parseUnits(value);
    if (units === null) throw illegalCharacters(name, DECIMAL_RANGE);
    if (units === 'TOO_PRECISE') throw tooPrecise(name);
    return units;
  }

  needDecimal(name: string): bigint {
    const value = this.decimal(name);
    if (value === null) throw missing(name);
    return value;
  }

  boolean(name: string): boolean | null {
    const value = this.text(name);
    if (value === null) return null;
    if (!/^(true|false)$/i.test(value)) throw invalidData(name);
    return value.toLowerCase() === 'true';
  }

  /** One of a few words; `otherwise` makes the refusal of anything else. */
  oneOf<Word extends string>(
    name: string,
    words: readonly Word[],
    otherwise = () => invalidData(name),
  ): Word | null {
    const value = this.text(name);
    if (value === null) return null;
    const found = words.find((word) => word === value);
    if (found === undefined) throw otherwise();
    return found;
  }
}

function readPairs(text: string, into: Map<string, string>): void {
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    if (into.has(name)) throw duplicateParameter();
    into.set(name, equals === -1 ? '' : decode(pair.slice(equals + 1)));
  }
}

function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw illegalCharacters('unknown', 'percent-encoded UTF-8');
  }
}
