import { isDecimalText, parseScaled } from '@sextant/kernel';
import type { PreparedRequest } from '../../domain/channel/venue-answer.js';
import type { WireAmend, WireOrder } from './wire-order.js';

/** Names of fields in the request that leaves, at whatever depth. */
export interface WireFields {
  clientId: string;
  quantity: readonly string[];
  quote: readonly string[];
  price: readonly string[];
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
    const found = names.flatMap((name) => leaves.get(name) ?? []);
    if (wanted === null) continue;
    if (found.length !== 1) return `it has ${found.length} fields for the ${what}`;
    if (!isSame(found[0]!, wanted)) return `its ${what} is ${found[0]!.slice(0, 40)}, not ${wanted}`;
  }
  return null;
}

/** Where the names of the fields are not known: each value stands in one of them, the id perhaps after a venue's own prefix. */
function missingAnywhere(values: readonly string[], order: WireOrder): string | null {
  if (!values.some((value) => value.endsWith(order.clientId))) return 'our client order id is not in it';
  const wanted = [order.quantity, order.quote, order.price].filter((text) => text !== null);
  const missing = wanted.find((text) => !values.some((value) => isSame(value, text)));
  return missing === undefined ? null : `${missing} is not in it`;
}

/** The same for an amendment: the order is named, and exactly the new terms are in it. */
export function amendmentDifference(request: PreparedRequest, amend: WireAmend): string | null {
  const values = [...leavesOf(request).values()].flat();
  const names = [amend.clientId, amend.venueOrderId];
  if (!values.some((value) => names.includes(value))) return 'the order is not named in it';
  const has = (wanted: string) => values.some((value) => isSame(value, wanted));
  if (!has(amend.quantity)) return `the quantity ${amend.quantity} is not in it`;
  return has(amend.price) ? null : `the price ${amend.price} is not in it`;
}

function isSame(found: string, wanted: string): boolean {
  return isDecimalText(found) && parseScaled(found) === parseScaled(wanted);
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
