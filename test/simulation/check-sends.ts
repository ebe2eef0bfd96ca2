import { namesOf } from './rows.js';
import { LEASE_MS } from './simulated-lease.js';
import type { World } from './world.js';

const WINDOW_MS = 1_000;
const MOST_ATTEMPTS = 3;

/** I7 and I15: every byte that left had an approved, stored attempt of its own behind it, and the lease. */
export function checkSends({ venue, database, halts }: World): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  const attempts = new Map(
    database
      .rows('order_attempt')
      .map((row) => [`${String(row['order_id'])} ${String(row['attempt'])}`, row]),
  );
  const held = database.rows('orders').filter((row) => /STOP|PROFIT/.test(String(row['type'])));
  const heldHere = new Set(held.map((row) => row['order_id']));
  const clientIds = new Map(database.rows('orders').map((row) => [row['order_id'], namesOf(row)]));
  const placed = new Map<string, number>();
  for (const sent of venue.sent) {
    const key = `${sent.orderId} ${sent.attempt}`;
    const say = (problem: string) => problems.push(`${problem}: ${sent.clientOrderId} #${sent.attempt}`);
    if (seen.has(key)) say('I1 one attempt left twice');
    seen.add(key);
    const attempt = attempts.get(key);
    const storedMs = database.storedAt('order_attempt', `acc_simulated ${key}`);
    if (attempt === undefined || storedMs === undefined || storedMs > sent.atMs)
      say('I7 sent before it was stored');
    else {
      if (attempt['decision'] !== 'APPROVED') say('I7 sent although risk had refused it');
      if (attempt['epoch'] !== sent.epoch) say('I15 sent under another epoch than it was approved under');
      if (sent.atMs - storedMs > WINDOW_MS) say('I7 sent after its deadline');
    }
    const halt = halts.find(({ fromMs, untilMs }) => fromMs < sent.atMs && sent.atMs < untilMs);
    if (halt !== undefined) say('I7 sent under a kill switch');
    // What protects a position is tried until it is at the venue.
    const isHeld = heldHere.has(sent.orderId);
    if (sent.kind === 'PLACE') placed.set(sent.clientOrderId, (placed.get(sent.clientOrderId) ?? 0) + 1);
    if ((placed.get(sent.clientOrderId) ?? 0) > MOST_ATTEMPTS && !isHeld)
      say('I7 more attempts than are allowed');
    if (clientIds.get(sent.orderId)?.has(sent.clientOrderId) === false) say('I1 sent under another id');
    const owner = ownerAt(sent.atMs, database);
    if (!(owner?.startsWith(`${sent.host.name}/`) ?? false)) {
      say('I15 sent by a process that does not own the account');
    } else if (!isAlive(owner, sent.atMs, database)) say('I15 sent when the lease may be over');
  }
  return problems;
}

function ownerAt(atMs: number, { owners }: World['database']): string | null {
  return owners.findLast((change) => change.atMs <= atMs)?.owner ?? null;
}

/** Whether nobody could have buried the owner by then. */
function isAlive(owner: string | null, atMs: number, { heartbeats }: World['database']): boolean {
  return heartbeats.some(
    (beat) => beat.address === owner && beat.atMs <= atMs && beat.atMs + LEASE_MS >= atMs,
  );
}
