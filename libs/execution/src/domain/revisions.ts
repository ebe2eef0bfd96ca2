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

/** Counts a fill to the revision that it names, else to the last one, which it may be the first word of. */
export function withFill(progress: OrderProgress, venueOrderId: string, lots: number): OrderProgress {
  const { revisions } = progress;
  const named = revisions.findIndex((one) => one.venueOrderId === venueOrderId);
  const at = named === -1 ? revisions.length - 1 : named;
  const changed = revisions.map((one, index) =>
    index === at
      ? { ...one, venueOrderId: one.venueOrderId ?? venueOrderId, filledLots: one.filledLots + lots }
      : one,
  );
  return { ...progress, revisions: changed };
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
  const { trigger, revisions } = progress;
  return trigger === null && revisions.length === 0 ? null : { trigger, revisions };
}

/** The order at the venue that a fill is of, where it took the place of another one; null for a fill of the first. */
export function replacementOf({ progress }: Revised, venueOrderId: string): string | null {
  const [first, ...later] = progress?.revisions ?? [];
  return later.length === 0 || first?.venueOrderId === venueOrderId ? null : venueOrderId;
}
