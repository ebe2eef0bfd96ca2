import type { VenueTraits } from '@sextant/exchange';
import { DomainError } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type { GroupType } from '../../domain/order-snapshot.js';
import { plainConditions } from '../../domain/plain-conditions.js';
import { touches } from '../../domain/order-types.js';
import { invalid } from './assert-order-form.js';
import { normaliseOrder } from './normalise-order.js';
import type { GroupRequest, NormalisedOrder, OrderMoment, OrderRequest } from '../requests/order-request.js';

/** One order of a group on the venue's grid, without the group's id: that comes with the orders. */
export interface NormalisedLeg {
  leg: string;
  request: OrderRequest;
  order: NormalisedOrder & { lots: number };
}

const STOPS: ReadonlySet<string> = new Set(['STOP_MARKET', 'STOP_LIMIT', 'TRAILING_STOP_MARKET']);

/**
 * The legs of a group, the one that is to go to the venue first: an entry, else the stop where the venue can hold it, else
 * the order that names a price.
 * @throws DomainError as `normaliseOrder`, and ORDER_TERMS_INVALID for legs that do not belong together
 */
export function normaliseGroup(
  first: OrderRequest,
  group: GroupRequest,
  instrument: Instrument,
  traits: VenueTraits,
  moment: OrderMoment,
): NormalisedLeg[] {
  if (first.quantity === null) throw invalid('/quoteQuantity', 'A group needs a quantity.');
  const lead = normaliseOrder(first, instrument, traits, moment);
  const others = group.others.map(({ request, pointer }) =>
    at(pointer, () => {
      assertBelongs(first, request, group.type);
      const calm = group.type === 'OCO' ? moment : { ...moment, market: null };
      return normaliseOrder({ ...request, quantity: first.quantity }, instrument, traits, calm);
    }),
  );
  if (group.type === 'OCO') return exclusive(first, lead, group, others);
  group.others.forEach(({ pointer }, index) => {
    const child = others[index];
    if (child !== undefined) assertBeyondEntry(lead, child, moment, instrument, pointer);
  });
  return withEntry(first, lead, group, others);
}

function withEntry(
  first: OrderRequest,
  lead: NormalisedOrder,
  group: GroupRequest,
  others: NormalisedOrder[],
): NormalisedLeg[] {
  const names = others.map(({ type }) => (STOPS.has(type) ? 'STOP_LOSS' : 'TAKE_PROFIT'));
  if (new Set(names).size < names.length) {
    throw invalid(group.others.at(-1)?.pointer ?? '/legs', 'An entry takes one stop and one target.');
  }
  const legs = others.map((order, index) =>
    legOf(names[index] ?? '', group.others[index]?.request ?? first, order),
  );
  return [legOf('ENTRY', first, lead), ...legs];
}

function exclusive(
  first: OrderRequest,
  lead: NormalisedOrder,
  group: GroupRequest,
  [other]: NormalisedOrder[],
): NormalisedLeg[] {
  const second = group.others[0];
  if (other === undefined || second === undefined || group.others.length > 1) {
    throw invalid('/legs', 'An OCO has two legs.');
  }
  const stops = [lead, other].map(({ type }) => STOPS.has(type));
  const closes = first.side === 'SELL' && stops[0] !== stops[1];
  const name = (index: number) =>
    closes ? (stops[index] ? 'STOP_LOSS' : 'TAKE_PROFIT') : `LEG_${index + 1}`;
  const legs = [legOf(name(0), first, lead), legOf(name(1), second.request, other)];
  return legs.sort((a, b) => restsBefore(b) - restsBefore(a));
}

/** 2 a protective stop that the venue can hold, 1 an order that names a price, 0 what is watched here. */
function restsBefore({ leg, order }: NormalisedLeg): number {
  if (leg === 'STOP_LOSS' && order.conditions?.heldBy === 'VENUE') return 2;
  return order.type === 'LIMIT' ? 1 : 0;
}

function legOf(leg: string, request: OrderRequest, order: NormalisedOrder): NormalisedLeg {
  const conditions = order.conditions ?? plainConditions;
  return { leg, request, order: { ...order, lots: order.lots ?? 0, conditions } };
}

function assertBelongs(first: OrderRequest, other: OrderRequest, type: GroupType): void {
  if (other.type === 'MARKET') throw invalid('/type', 'A leg that waits names a price or a trigger.');
  if (type === 'OCO' && first.type === 'MARKET') throw invalid('/type', 'A MARKET order cancels nothing.');
  const sides = type === 'OCO' ? other.side === first.side : other.side !== first.side;
  if (!sides) {
    throw invalid('/side', `The legs of an OCO are on one side; those of an entry on the other one.`);
  }
  if (type !== 'OCO' && first.side === 'SELL') {
    throw invalid('/side', 'On spot an entry buys: a sale opens no position.');
  }
  if (other.quantity !== null && other.quantity !== first.quantity) {
    throw invalid('/quantity', 'All legs of a group are for the same quantity.');
  }
  const { reduceOnly = false } = other.conditions ?? {};
  if (reduceOnly) throw invalid('/reduceOnly', 'A leg of a group follows the other legs, not the position.');
}

/** A stop above its entry, or a target below it, would go out with the first fill. */
function assertBeyondEntry(
  entry: NormalisedOrder,
  child: NormalisedOrder,
  { market }: OrderMoment,
  instrument: Instrument,
  pointer: string,
): void {
  const ticks = child.type === 'LIMIT' ? child.priceTicks : (child.conditions?.stopTicks ?? null);
  const entryTicks = entry.priceTicks ?? entry.conditions?.stopTicks ?? market?.askTicks ?? null;
  if (ticks === null || entryTicks === null || child.type === 'TRAILING_STOP_MARKET') return;
  const type = child.type === 'LIMIT' ? 'TAKE_PROFIT_LIMIT' : child.type;
  if (!touches(type, child.side, ticks, entryTicks)) return;
  const price = instrument.ticksToPrice(entryTicks).toString();
  throw new DomainError(
    'TRIGGER_ALREADY_TOUCHED',
    `The entry at ${price} is through this leg already: it would go out with the first fill.`,
    { pointer: `${pointer}${child.type === 'LIMIT' ? '/price' : '/stopPrice'}`, price },
  );
}

/** Says which leg a refusal is about. */
function at<T>(pointer: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const field = error.context['pointer'];
    throw new DomainError(error.code, error.message, {
      ...error.context,
      pointer: `${pointer}${typeof field === 'string' ? field : ''}`,
    });
  }
}
