import type { ColumnType } from './account-table.js';

/** How a column travels: the array type of its parameter, and the expression that turns an element into a value. */
export interface ColumnForm {
  readonly arrayType: string;
  readonly select: (element: string) => string;
  readonly literal: (value: unknown) => string;
}

const asIs = (element: string): string => element;

const FORMS: Record<ColumnType, ColumnForm> = {
  text: { arrayType: 'text[]', select: asIs, literal: textLiteral },
  int: { arrayType: 'int[]', select: asIs, literal: integerLiteral },
  bigint: { arrayType: 'bigint[]', select: asIs, literal: integerLiteral },
  numeric: { arrayType: 'numeric[]', select: asIs, literal: integerLiteral },
  boolean: { arrayType: 'boolean[]', select: asIs, literal: booleanLiteral },
  json: { arrayType: 'json[]', select: asIs, literal: jsonLiteral },
  jsonb: { arrayType: 'jsonb[]', select: asIs, literal: jsonLiteral },
  timestamptz: { arrayType: 'bigint[]', select: epochMsToTimestamp, literal: integerLiteral },
};

export function columnForm(type: ColumnType): ColumnForm {
  return FORMS[type];
}

/** SQL that turns epoch milliseconds into a timestamptz, exactly. */
export function epochMsToTimestamp(element: string): string {
  return `('epoch'::timestamptz + ${element} * interval '1 millisecond')`;
}

/** PostgreSQL's text form of an array. */
export function arrayLiteral(values: readonly unknown[], literal: (value: unknown) => string): string {
  let text = '{';
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (index > 0) text += ',';
    text += value === null || value === undefined ? 'NULL' : literal(value);
  }
  return `${text}}`;
}

const ESCAPED = /["\\]/g;

export function textLiteral(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${typeof value} in a text column`);
  // Most values are ids and words: looking is cheaper than replacing.
  const plain = !value.includes('"') && !value.includes('\\');
  return plain ? `"${value}"` : `"${value.replace(ESCAPED, '\\$&')}"`;
}

export function integerLiteral(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`${String(value)} in an integer column: a bigint or a safe integer is needed`);
}

function booleanLiteral(value: unknown): string {
  if (typeof value !== 'boolean') throw new TypeError(`${typeof value} in a boolean column`);
  return value ? 't' : 'f';
}

function jsonLiteral(value: unknown): string {
  return textLiteral(JSON.stringify(value));
}
