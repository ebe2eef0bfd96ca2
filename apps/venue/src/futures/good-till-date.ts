import type { Order } from '../engine/order.js';
import type { Params } from '../rest/params.js';
import { invalidData, missing } from '../rest/venue-error.js';

/** An order must live so long at least, and a date may be no later than the last one of four digits. */
const LEAST_MS = 600_000;
const LATEST = 253_402_300_799_000;

/** A GTD order's end, to the second as the venue keeps it. */
export function goodTillDateIn(params: Params, timeInForce: string | null, now: number): number | null {
  if (timeInForce !== 'GTD') return null;
  const date = params.integer('goodTillDate');
  if (date === null) throw missing('goodTillDate');
  const end = date - (date % 1_000);
  if (end <= now + LEAST_MS || end >= LATEST) {
    throw invalidData('goodTillDate');
  }
  return end;
}

export function goodTillDateOf({ attributes }: Pick<Order, 'attributes'>): number {
  return Number(attributes['goodTillDate'] ?? 0);
}
