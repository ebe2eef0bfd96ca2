import type { ColumnType } from './account-table.js';

/** `jsonText`: the value is JSON text already, and is kept as it was written. */
export type WireType = ColumnType | 'jsonText';

/** How a column of many rows travels as one parameter. */
export interface ColumnForm {
  /** Type of the parameter. */
  readonly parameterType: string;
  /** The SQL array that is made of the parameter. */
  readonly array: (parameter: string) => string;
  /** The SQL value that is made of an element. */
  readonly select: (element: string) => string;
  /** The parameter; null stands for a column of nulls. @throws TypeError for a value of another type */
  readonly encode: (values: readonly unknown[]) => string | null;
}

const asIs = (sql: string): string => sql;

function arrayOf(
  type: string,
  encode: ColumnForm['encode'],
  select: ColumnForm['select'] = asIs,
): ColumnForm {
  return { parameterType: `${type}[]`, array: asIs, select, encode };
}

/** JSON text has no control characters, so one can part the values: nothing is escaped then, and nothing unescaped. */
const PART = '\u001e';

function json(type: string, toText: (value: unknown) => string): ColumnForm {
  return {
    parameterType: 'text',
    array: (parameter) => `string_to_array(${parameter}, E'\\x1e', '')`,
    select: (element) => `${element}::${type}`,
    encode: (values) => encodeJson(values, toText),
  };
}

const FORMS: Record<WireType, ColumnForm> = {
  text: arrayOf('text', textArray),
  int: arrayOf('int', integerArray),
  bigint: arrayOf('bigint', integerArray),
  numeric: arrayOf('numeric', integerArray),
  boolean: arrayOf('boolean', booleanArray),
  json: json('json', JSON.stringify),
  jsonText: json('json', String),
  jsonb: json('jsonb', JSON.stringify),
  timestamptz: arrayOf('bigint', integerArray, epochMsToTimestamp),
};

export function columnForm(type: WireType): ColumnForm {
  return FORMS[type];
}

/** SQL that turns epoch milliseconds into a timestamptz, exactly. */
export function epochMsToTimestamp(element: string): string {
  return `('epoch'::timestamptz + ${element} * interval '1 millisecond')`;
}

/** PostgreSQL's text form of an array of texts. */
export function textArray(values: readonly unknown[]): string | null {
  let nulls = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value === null || value === undefined) nulls += 1;
    else if (typeof value !== 'string') throw new TypeError(`${typeof value} in a text column`);
  }
  if (nulls === values.length) return null;
  // Most columns are ids and words: looking at all of them at once is cheaper than escaping each.
  if (nulls === 0 && !SPECIAL.test(values.join(' '))) return `{"${values.join('","')}"}`;
  return `{${values.map(textElement).join(',')}}`;
}

const SPECIAL = /["\\]/;
const EACH_SPECIAL = /["\\]/g;

function textElement(value: unknown): string {
  return value === null || value === undefined
    ? 'NULL'
    : `"${(value as string).replace(EACH_SPECIAL, '\\$&')}"`;
}

/** PostgreSQL's text form of an array of integers. */
export function integerArray(values: readonly unknown[]): string | null {
  let nulls = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value === null || value === undefined) nulls += 1;
    else if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) {
      throw new TypeError(`${String(value)} in an integer column: a bigint or a safe integer is needed`);
    }
  }
  if (nulls === values.length) return null;
  if (nulls === 0) return `{${values.join(',')}}`;
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

function booleanArray(values: readonly unknown[]): string {
  return `{${values.map(booleanElement).join(',')}}`;
}

function booleanElement(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value !== 'boolean') throw new TypeError(`${typeof value} in a boolean column`);
  return value ? 't' : 'f';
}

function encodeJson(values: readonly unknown[], toText: (value: unknown) => string): string | null {
  let nulls = 0;
  let text = '';
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (index > 0) text += PART;
    if (value === null || value === undefined) nulls += 1;
    else text += toText(value);
  }
  return nulls === values.length ? null : text;
}
