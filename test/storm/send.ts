import type { Answer } from '../support/sextant-process.js';
import type { Sent } from './history.js';
import type { Draws } from './random.js';
import type { StormWorld } from './world.js';

/** Clients that do not wait for the venue have more under way. */
const HURRIED = 0.5;

/** What clients notice that others act on. */
export interface ClientHooks {
  /** A request for an order is on its way. */
  sending(): void;
  /** An order was answered with 2xx. */
  promised(): void;
}

/** Sends it under its key; whatever is told under one key has to be one thing. */
export async function sendOnce(
  world: StormWorld,
  sent: Sent,
  hooks: ClientHooks | null,
  draws: Draws | null,
): Promise<Answer | null> {
  const isHurried = draws?.chance(HURRIED) ?? false;
  const headers = { 'Idempotency-Key': sent.key, ...(isHurried && { Prefer: 'wait=0' }) };
  const at = world.api(draws?.between(0, 1) ?? 0);
  const asked = world.call('POST', sent.route, { body: sent.body, headers }, at);
  hooks?.sending();
  const answer = await asked;
  const id = note(sent, answer?.body ?? null);
  sent.outcome = world.history.request('send', { route: sent.route, key: sent.key, id }, answer);
  if (answer !== null && answer.status < 300) hooks?.promised();
  return answer;
}

/** Remembers what the answer names. */
function note(sent: Sent, body: any): string | null {
  const orders = ordersIn(sent, body);
  for (const { id, status } of orders) {
    if (typeof id === 'string') sent.orders.set(id, status ?? sent.orders.get(id) ?? '');
  }
  const id = idIn(sent, body, orders);
  if (id !== null) {
    sent.ids.add(id);
    sent.id = id;
  }
  return id;
}

interface NamedOrder {
  id?: string;
  status?: string;
}

function ordersIn({ route, body: asked }: Sent, body: any): NamedOrder[] {
  if (route === '/api/orders') return [{ id: body?.id ?? body?.orderId, status: body?.status }];
  if (route === '/api/order-groups') return body?.orders ?? [];
  if (route === '/api/executions') return [];
  const items: { order?: NamedOrder; problem?: { orderId?: string } }[] = body?.items ?? [];
  const placed = items.slice(0, (asked['orders'] as unknown[]).length);
  return placed.map(({ order, problem }) => order ?? { id: problem?.orderId });
}

function idIn({ route }: Sent, body: any, orders: readonly NamedOrder[]): string | null {
  if (route === '/api/orders') return orders[0]?.id ?? null;
  if (route !== '/api/orders/batch') return body?.id ?? null;
  const isWhole = orders.length > 0 && orders.every(({ id }) => typeof id === 'string');
  return isWhole ? orders.map(({ id }) => id).join(' ') : null;
}
