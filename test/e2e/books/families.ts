import type { Told, VenueOrder } from './chaos-journal.js';
import type { AccountBooks, Row } from './read-books.js';
import { revisionsOf } from './revisions.js';

/** Orders of the venue of which at most one may live at a time, and what they may fill together. */
interface Family {
  name: string;
  ids: string[];
  filled: { ids: string[]; mostLots: number; of: string };
}

/** The revisions of an order, and the legs of a group: never two of them at the venue, never more filled than wanted. */
export function* familyFindings({ accountId, orders }: AccountBooks, told: Told): Generator<string> {
  const byClient = Map.groupBy(told.orders.values(), ({ clientOrderId }) => clientOrderId);
  const theirs = (ids: readonly string[]): VenueOrder[] => ids.flatMap((id) => byClient.get(id) ?? []);
  for (const { name, ids, filled } of [...revisionFamilies(orders), ...groupFamilies(orders, theirs)]) {
    for (const pair of togetherAlive(new Set(ids), told))
      yield `${accountId}: ${name} had ${pair} at the venue at once`;
    const legs = theirs(filled.ids);
    // What an order fills after the venue has called it ended, nobody could reckon with.
    const lots = legs.reduce((sum, { filledLots, lateLots }) => sum + filledLots - lateLots, 0);
    if (lots > filled.mostLots)
      yield `${accountId}: ${name} filled ${lots} lots of ${filled.mostLots} ${filled.of}`;
  }
}

function revisionFamilies(orders: readonly Row[]): Family[] {
  return orders.flatMap((order) => {
    const ids = revisionsOf(order).map(({ clientOrderId }) => clientOrderId);
    if (ids.length < 2) return [];
    const filled = { ids, mostLots: Number(order['lots']), of: 'that it was amended to' };
    return [{ name: `order ${order['order_id']}`, ids, filled }];
  });
}

function groupFamilies(orders: readonly Row[], theirs: (ids: string[]) => VenueOrder[]): Family[] {
  const groups = Map.groupBy(orders, (order) => order['conditions']?.group?.groupId as string | undefined);
  return [...groups].flatMap(([groupId, legs]) => {
    if (groupId === undefined) return [];
    const entry = legs.find(isEntry);
    const ids = legs.map((leg) => leg['client_order_id'] as string);
    const exits = legs.filter((leg) => !isEntry(leg)).map((leg) => leg['client_order_id'] as string);
    const bought = theirs(entry === undefined ? [] : [entry['client_order_id']]);
    const mostLots =
      entry === undefined
        ? Number(legs[0]!['conditions'].group.lots)
        : bought.reduce((sum, { filledLots }) => sum + filledLots, 0);
    const filled = {
      ids: exits,
      mostLots,
      of: entry === undefined ? 'of the group' : 'that its entry filled',
    };
    return [{ name: `group ${groupId}`, ids, filled }];
  });
}

/** Each pair that lived at the venue at one time, named once. */
function togetherAlive(ids: ReadonlySet<string>, { life }: Told): Set<string> {
  const alive = new Map<number, string>();
  const pairs = new Set<string>();
  for (const { number, clientOrderId, isOpen } of life) {
    if (!ids.has(clientOrderId)) continue;
    if (isOpen) alive.set(number, clientOrderId);
    else alive.delete(number);
    if (alive.size > 1) pairs.add([...alive].map(([theirs, ours]) => `${ours} (${theirs})`).join(' and '));
  }
  return pairs;
}

function isEntry(leg: Row): boolean {
  return leg['conditions'].group.leg === 'ENTRY';
}
