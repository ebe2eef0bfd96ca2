import { isDecimalText, parseScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { PreparedRequest } from '../../domain/channel/venue-answer.js';
import type { WireAmend, WireConditions, WireOrder } from './wire-order.js';

/** Names of fields in the request that leaves, at whatever depth. */
export interface WireFields {
  clientId: string;
  quantity: readonly string[];
  quote: readonly string[];
  price: readonly string[];
  /** Of what goes beyond a plain order: absent where the venue has no such thing. */
  trigger?: readonly string[];
  display?: readonly string[];
  trailing?: WireForm<number>;
  expiry?: WireForm<EpochMs>;
  reduceOnly?: WireForm<true>;
  positionSide?: readonly string[];
}

/** A field, and how the venue writes our value. */
export interface WireForm<Value> {
  names: readonly string[];
  write(value: Value): string;
}

/**
 * Compares what leaves with what was asked: libraries round (0.0006 became 0.0005), write exponents (9e-05) and put
 * ids of their own in the place of ours. Null when all is as asked; else what differs.
 */
export function wireDifference(
  request: PreparedRequest,
  order: WireOrder,
  fields: WireFields | 'ANYWHERE',
): string | null {
  const leaves = leavesOf(request);
  if (fields === 'ANYWHERE') return missingAnywhere([...leaves.values()].flat(), order);
  if (leaves.get(fields.clientId)?.includes(order.clientId) !== true)
    return 'our client order id is not in it';
  const pairs = [
    ['quantity', order.quantity, fields.quantity],
    ['quote amount', order.quote, fields.quote],
    ['price', order.price, fields.price],
  ] as const;
  for (const [what, wanted, names] of pairs) {
    if (wanted === null) continue;
    const different = fieldDifference(leaves, what, wanted, names);
    if (different !== null) return different;
  }
  return conditionsDifference(leaves, order, fields);
}

/** A condition that was not asked for must not be in it either. */
function conditionsDifference(
  leaves: ReadonlyMap<string, readonly string[]>,
  { conditions }: WireOrder,
  fields: WireFields,
): string | null {
  const wanted = conditions ?? PLAIN;
  const { trigger = [], display = [], trailing, expiry, reduceOnly, positionSide = [] } = fields;
  const rows = [
    ['trigger', wanted.triggerPrice, trigger],
    ['visible quantity', wanted.displayQuantity, display],
    ['trailing distance', written(wanted.trailingBps, trailing), trailing?.names ?? []],
    ['end', written(wanted.expiresAt, expiry), expiry?.names ?? []],
    ['reduce-only flag', written(wanted.reduceOnly || null, reduceOnly), reduceOnly?.names ?? []],
    ['position side', wanted.positionSide, positionSide],
  ] as const;
  for (const [what, value, names] of rows) {
    const different =
      value === null ? presence(leaves, what, names) : fieldDifference(leaves, what, value, names);
    if (different !== null) return different;
  }
  return null;
}

const PLAIN: WireConditions = {
  triggerPrice: null,
  trailingBps: null,
  triggerBy: 'LAST',
  displayQuantity: null,
  expiresAt: null,
  reduceOnly: false,
  positionSide: null,
};

function written<Value>(value: Value | null, form: WireForm<Value> | undefined): string | null {
  return value === null ? null : (form?.write(value) ?? String(value));
}

function presence(
  leaves: ReadonlyMap<string, readonly string[]>,
  what: string,
  names: readonly string[],
): string | null {
  return names.some((name) => leaves.has(name)) ? `it has a ${what} that nobody asked for` : null;
}

function fieldDifference(
  leaves: ReadonlyMap<string, readonly string[]>,
  what: string,
  wanted: string,
  names: readonly string[],
): string | null {
  const found = names.flatMap((name) => leaves.get(name) ?? []);
  if (found.length !== 1) return `it has ${found.length} fields for the ${what}`;
  const [text] = found as [string];
  return text === wanted || isSame(text, wanted)
    ? null
    : `its ${what} is ${text.slice(0, 40)}, not ${wanted}`;
}

/** Where the names of the fields are not known: each value stands in one of them, the id perhaps after a venue's own prefix. */
function missingAnywhere(values: readonly string[], order: WireOrder): string | null {
  if (!values.some((value) => value.endsWith(order.clientId))) return 'our client order id is not in it';
  const wanted = [order.quantity, order.quote, order.price].filter((text) => text !== null);
  const missing = wanted.find((text) => !values.some((value) => isSame(value, text)));
  return missing === undefined ? null : `${missing} is not in it`;
}

/** The same for an amendment: the order is named, and exactly the new terms are in it, as far as they can change. */
export function amendmentDifference(
  request: PreparedRequest,
  amend: WireAmend,
  changes: { price: boolean } = { price: true },
): string | null {
  const values = [...leavesOf(request).values()].flat();
  const names = [amend.clientId, amend.venueOrderId];
  if (!values.some((value) => names.includes(value))) return 'the order is not named in it';
  const has = (wanted: string) => values.some((value) => isSame(value, wanted));
  if (!has(amend.quantity)) return `the quantity ${amend.quantity} is not in it`;
  return !changes.price || has(amend.price) ? null : `the price ${amend.price} is not in it`;
}

function isSame(found: string, wanted: string): boolean {
  return isDecimalText(found) && isDecimalText(wanted) && parseScaled(found) === parseScaled(wanted);
}

/** Every leaf of the body (form or JSON) and of the query, by its own name. */
function leavesOf({ url, body }: PreparedRequest): Map<string, string[]> {
  const leaves = new Map<string, string[]>();
  const add = (name: string, value: string) => leaves.set(name, [...(leaves.get(name) ?? []), value]);
  for (const [name, value] of new URL(url).searchParams) add(name, value);
  if (body === null) return leaves;
  if (/^\s*[[{]/.test(body)) collect(JSON.parse(body) as unknown, '', add);
  else for (const [name, value] of new URLSearchParams(body)) add(name, value);
  return leaves;
}

function collect(value: unknown, name: string, add: (name: string, value: string) => void): void {
  if (typeof value !== 'object' || value === null) return add(name, String(value));
  for (const [key, entry] of Object.entries(value)) collect(entry, Array.isArray(value) ? name : key, add);
}
