import { formatScaled } from '@sextant/kernel';
import type { Amendment, OrderProgress, OrderRevision, OrderSnapshot } from './order-snapshot.js';

type Revised = Pick<OrderSnapshot, 'progress'>;

/** The order at the venue that counts now; null of an order that was never replaced. */
export function currentRevision({ progress }: Revised): OrderRevision | null {
  return progress?.revisions.at(-1) ?? null;
}

/** New terms on their way; null while there are none. */
export function amendmentOf({ progress }: Revised): Amendment | null {
  return progress?.amendment ?? null;
}

/** The order in the venue's words: the id that the venue knows it by, and the quantity that it was placed for. */
export function atVenue(order: OrderSnapshot): OrderSnapshot {
  const revision = currentRevision(order);
  return revision === null ? order : { ...order, clientOrderId: revision.clientOrderId, lots: revision.lots };
}

/** Lots that the order at the venue has filled, as far as they are booked. */
export function filledAtVenue(order: Pick<OrderSnapshot, 'progress' | 'filledLots'>): number {
  return currentRevision(order)?.filledLots ?? order.filledLots;
}

/** True for word of an order at the venue that another one has replaced. */
export function isOfEarlierRevision(
  { progress }: Revised,
  { clientOrderId, venueOrderId }: { clientOrderId?: string; venueOrderId: string },
): boolean {
  const earlier = progress?.revisions.slice(0, -1) ?? [];
  return earlier.some(
    (one) => one.clientOrderId === clientOrderId || (one.venueOrderId ?? null) === venueOrderId,
  );
}

/** Every order that the venue has had of it, the first one first. */
export function venueOrdersOf(order: OrderSnapshot): readonly OrderRevision[] {
  const revisions = order.progress?.revisions ?? [];
  if (revisions.length > 0) return revisions;
  return order.attempts === 0 && order.venueOrderId === null ? [] : [firstRevision(order)];
}

/** What the order placed first is called once there is a second. */
export function firstRevision(order: OrderSnapshot): OrderRevision {
  const { clientOrderId, venueOrderId, priceTicks, filledLots, createdAt } = order;
  const lots = order.lots ?? filledLots;
  return {
    clientOrderId,
    venueOrderId,
    lots,
    priceTicks,
    filledBefore: 0,
    filledLots,
    firstAttempt: 1,
    since: createdAt,
  };
}

/** Which revision a fill is of: the one it names, else the last one, which it may be the first word of. */
function indexOfFill(revisions: readonly OrderRevision[], venueOrderId: string): number {
  const named = revisions.findIndex((one) => one.venueOrderId === venueOrderId);
  return named === -1 ? revisions.length - 1 : named;
}

/**
 * Lots that the order at the venue which a fill names may still fill, where that is none that rests: another one has
 * replaced it, or as much was filled as the new terms wanted.
 */
export function openLotsOfEnded(order: Revised, fill: { venueOrderId: string }): number | null {
  const cutLots = order.progress?.cutLots ?? 0;
  if (!isOfEarlierRevision(order, fill)) return cutLots > 0 ? cutLots : null;
  const one = order.progress?.revisions.find(({ venueOrderId }) => venueOrderId === fill.venueOrderId);
  return one === undefined ? null : one.lots - one.filledLots;
}

/**
 * Counts a fill to its revision. One of an earlier revision was filled before those that came after it, and those stand
 * at the venue for what they were placed for: all of them together may now fill so much more than was asked for.
 */
export function withFill(progress: OrderProgress, venueOrderId: string, lots: number): OrderProgress {
  const { revisions } = progress;
  const at = indexOfFill(revisions, venueOrderId);
  const changed = revisions.map((one, index) => {
    if (index < at) return one;
    if (index > at) return { ...one, filledBefore: one.filledBefore + lots };
    return { ...one, venueOrderId: one.venueOrderId ?? venueOrderId, filledLots: one.filledLots + lots };
  });
  return { ...progress, revisions: changed };
}

/** The same where what has filled `lots` had been replaced, and what is in its place rests. */
export function withSurplus(progress: OrderProgress, lots: number): OrderProgress {
  const { amendment, surplusLots = 0 } = progress;
  const more = { ...progress, surplusLots: surplusLots + lots };
  if (amendment == null || amendment.by === 'REPLACE') return more;
  // The venue's own amendment speaks of the order there: what it and those before it fill together is more as well.
  const { lots: wanted, filledBefore } = amendment;
  return { ...more, amendment: { ...amendment, lots: wanted + lots, filledBefore: filledBefore + lots } };
}

/** The same where the order has ended with less than the one at the venue had. */
export function withLessCut(progress: OrderProgress, lots: number): OrderProgress {
  const { cutLots = 0 } = progress;
  return cutLots === 0 ? progress : { ...progress, cutLots: cutLots - lots };
}

/** What rests at the venue beyond what was asked for, in lots. */
export function surplusOf({ progress }: Revised): number {
  return progress?.surplusLots ?? 0;
}

/** What new terms on their way hold beyond the old ones. */
export function withExtra(progress: OrderProgress, extra: bigint): OrderProgress {
  const { amendment } = progress;
  return amendment == null
    ? progress
    : { ...progress, amendment: { ...amendment, extra: formatScaled(extra) } };
}

/** The last revision has an id of the venue. */
export function withVenueOrderId(progress: OrderProgress, venueOrderId: string): OrderProgress {
  const { revisions } = progress;
  const last = revisions.at(-1);
  if (last === undefined) return progress;
  return { ...progress, revisions: [...revisions.slice(0, -1), { ...last, venueOrderId }] };
}

/** The same without new terms; null where nothing is left to say. */
export function withoutAmendment(progress: OrderProgress | null): OrderProgress | null {
  if (progress?.amendment == null) return progress;
  const { amendment: _, ...rest } = progress;
  return rest.trigger === null && rest.revisions.length === 0 ? null : rest;
}

/** The order at the venue that a fill is of, where it took the place of another one; null for a fill of the first. */
export function replacementOf({ progress }: Revised, venueOrderId: string): string | null {
  const [first, ...later] = progress?.revisions ?? [];
  return later.length === 0 || first?.venueOrderId === venueOrderId ? null : venueOrderId;
}
