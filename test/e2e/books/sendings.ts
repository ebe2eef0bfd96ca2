import type { Placement } from './chaos-journal.js';
import type { AccountBooks, Row } from './read-books.js';
import { revisionsOf } from './revisions.js';

/** A time in which every process had confirmed that nothing is placed. */
export interface Halt {
  fromMs: number;
  untilMs: number;
}

/** What the venue's clock may be wrong by while orders are signed with it: a quarter of the window. */
const SLACK_MS = 1_250;
/** Our clock and the venue's are one machine's. */
const TICK_MS = 2;

/** Each placement that arrived has an attempt of its own, was signed within it, and by the owner of that time. */
export function* sendingFindings(
  { accountId, orders, attempts }: AccountBooks,
  placements: readonly Placement[],
): Generator<string> {
  const approved = attempts.filter(({ decision }) => decision === 'APPROVED');
  const attemptsOf = attemptsById(orders, approved);
  for (const [id, sent] of Map.groupBy(placements, (one) => one.id)) {
    const own = attemptsOf.get(id) ?? [];
    const bySigning = Map.groupBy(sent, ({ signedAt }) => signedAt);
    if (bySigning.size > own.length)
      yield `${accountId}: ${id} was sent ${bySigning.size} times in ${own.length} attempts`;
    for (const [placement] of bySigning.values() as Iterable<[Placement]>) {
      const attempt = own.findLast(({ decided_at }) => decided_at.getTime() <= placement.at + TICK_MS);
      if (attempt === undefined) yield `${accountId}: ${id} was sent before it was approved`;
      else
        for (const what of lateness(attempt, approved, placement))
          yield `${accountId}: ${id} was sent ${what}`;
    }
  }
}

/** The attempts of each order that the venue was to have: an amended order has several there, one after the other. */
function attemptsById(orders: readonly Row[], approved: readonly Row[]): Map<string, Row[]> {
  const byOrder = Map.groupBy(approved, ({ order_id }) => order_id as string);
  const byId = new Map<string, Row[]>();
  for (const order of orders) {
    const revisions = revisionsOf(order);
    for (const [index, { clientOrderId, firstAttempt }] of revisions.entries()) {
      const before = revisions[index + 1]?.firstAttempt ?? Number.POSITIVE_INFINITY;
      const own = (byOrder.get(order['order_id']) ?? []).filter(
        ({ attempt }) => attempt >= firstAttempt && attempt < before,
      );
      byId.set(clientOrderId, own);
    }
  }
  return byId;
}

function* lateness(
  attempt: Row,
  approved: readonly Row[],
  { signedAt, signedFrom, doubtMs }: Placement,
): Generator<string> {
  if (signedAt > attempt['deadline_at'].getTime() + SLACK_MS + doubtMs) yield 'past its deadline';
  const epoch = BigInt(attempt['epoch']);
  const later = approved.find(
    (one) => BigInt(one['epoch']) > epoch && one['decided_at'].getTime() + SLACK_MS < signedFrom,
  );
  if (later !== undefined) yield `in epoch ${epoch}, after ${later['epoch']} had begun`;
}

/** What arrived under a switch was on its way before it, which takes a moment. */
export function* haltFindings(
  { accountId }: AccountBooks,
  placements: readonly Placement[],
  halts: readonly Halt[],
): Generator<string> {
  for (const { id, signedFrom, at } of placements) {
    const halt = halts.find(
      ({ fromMs, untilMs }) => at > fromMs && at < untilMs && signedFrom > fromMs + SLACK_MS,
    );
    if (halt !== undefined) yield `${accountId}: ${id} was sent ${at - halt.fromMs} ms into a HALT`;
  }
}
