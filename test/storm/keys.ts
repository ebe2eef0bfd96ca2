import { setTimeout as delay } from 'node:timers/promises';
import type { Sent } from './history.js';
import { sendOnce } from './send.js';
import { patient, SETTLE_MS } from './settings.js';
import type { StormWorld } from './world.js';

/** I2, I10: what was promised is there; a key is one thing; what nobody was told of is found by asking again. */
export async function keyFindings(world: StormWorld): Promise<string[]> {
  const findings: string[] = [];
  for (const sent of world.history.sent) {
    if (sent.outcome === 'info') await askAgain(world, sent);
    if (sent.ids.size > 1) findings.push(`key ${sent.key} named ${[...sent.ids].join(' and ')}`);
  }
  const stored = await readStored(world);
  for (const sent of world.history.sent) {
    for (const orderId of sent.orders.keys())
      if (!stored.orders.has(orderId))
        findings.push(`order ${orderId} of key ${sent.key} was promised and is gone`);
    if (sent.id === null) continue;
    const kept = keptAs(sent, stored);
    if (kept !== sent.id) findings.push(`key ${sent.key} stands for ${kept}, told was ${sent.id}`);
  }
  return [...findings, ...(await amendmentFindings(world))];
}

interface Stored {
  /** What each key stands for, by route. */
  keys: Map<string, string>;
  orders: Set<string>;
  groupOf: Map<string, string>;
  /** By the account and the id that the client gave. */
  byClientId: Map<string, string>;
}

async function readStored(world: StormWorld): Promise<Stored> {
  const keys = await world.sql('SELECT route, key, resource_id AS id FROM idempotency_key');
  const orders = await world.sql(
    `SELECT account_id, order_id, client_order_id, conditions->'group'->>'groupId' AS group_id FROM orders`,
  );
  return {
    keys: new Map(keys.map(({ route, key, id }) => [`${route} ${key}`, id])),
    orders: new Set(orders.map(({ order_id: id }) => id)),
    groupOf: new Map(orders.map(({ order_id: id, group_id: groupId }) => [id, groupId])),
    byClientId: new Map(orders.map((row) => [`${row.account_id} ${row.client_order_id}`, row.order_id])),
  };
}

/** What the tables have under the key, in the words of the answers. */
function keptAs({ route, key, accountId, body }: Sent, stored: Stored): string | undefined {
  const resource = stored.keys.get(`POST ${route} ${key}`);
  if (route === '/api/order-groups') return stored.groupOf.get(resource ?? '');
  if (route !== '/api/orders/batch') return resource;
  const orders = body['orders'] as { clientOrderId: string }[];
  return orders.map(({ clientOrderId: id }) => stored.byClientId.get(`${accountId} ${id}`)).join(' ');
}

/** New terms that a client was told to be in force were so: an event says it, or the terms were those from the start. */
async function amendmentFindings(world: StormWorld): Promise<string[]> {
  const terms = await world.sql<{ id: string; quantity: string; price: string }>(
    `SELECT payload->>'orderId' AS id, payload->>'quantity' AS quantity, payload->>'price' AS price FROM event_log
     WHERE type IN ('OrderAmended', 'OrderPlaced', 'OrderArmed')`,
  );
  const known = new Set(terms.map(({ id, quantity, price }) => `${id} ${quantity} ${price}`));
  return world.history.amended
    .filter(({ orderId, quantity, price }) => !known.has(`${orderId} ${quantity} ${price}`))
    .map(({ orderId, quantity, price }) => `order ${orderId} was told to be for ${quantity} at ${price}`);
}

async function askAgain(world: StormWorld, sent: Sent): Promise<void> {
  for (const startedAt = Date.now(); Date.now() < startedAt + patient(SETTLE_MS);) {
    const answer = await sendOnce(world, sent, null, null);
    if (answer !== null && answer.status !== 503 && answer.status !== 409) return;
    await delay(200);
  }
}
