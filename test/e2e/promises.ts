import type { SextantProcess } from '../support/sextant-process.js';
import { lastingFindings } from './check-books.js';
import { isTerminal, promised } from './load.js';
import type { Sent } from './load.js';
import { until } from './world.js';
import type { World } from './world.js';

/**
 * What clients may rely on after anything that happened to the processes. Everything comes to rest without them; each
 * order that they were told of is there, once; a request that is repeated with its key gives the same order; and the
 * books are right before and after.
 */
export async function expectPromisesKept(
  world: World,
  at: SextantProcess,
  recent: readonly Sent[],
  all: readonly Sent[],
): Promise<void> {
  expect(await lastingFindings(world.url)).toEqual([]);
  const before = await ordersByKey(world);
  await Promise.all(lanes(recent).map((lane) => repeat(world, at, lane, before)));
  expect(await lastingFindings(world.url)).toEqual([]);
  await expectAllThereOnce(world, all);
  await expectProofs(world, at);
}

/** Each key stands for one order, the one that its client was told of, and what had ended has not changed. */
export async function expectAllThereOnce(world: World, all: readonly Sent[]): Promise<void> {
  const orders = await ordersByKey(world);
  const wrong = all.filter((sent) => {
    const told = promised(sent);
    const stored = orders.get(sent.key);
    if (told === null || stored === undefined) return true;
    return stored.id !== told.id || (isTerminal(told.status) && stored.status !== told.status);
  });
  expect(wrong).toEqual([]);
  // A key stands for one order at most, so an order that was made twice is one without a key.
  const strays = await world.sql(`SELECT order_id FROM orders o WHERE NOT EXISTS (
    SELECT FROM idempotency_key k WHERE k.account_id = o.account_id AND k.resource_id = o.order_id)`);
  expect(strays).toEqual([]);
}

async function expectProofs(world: World, at: SextantProcess): Promise<void> {
  const { body: accounts } = await world.call(at, 'GET', '/api/accounts?limit=100');
  for (const { accountId } of accounts.data) {
    const { body } = await world.call(at, 'GET', `/api/accounts/${accountId}/ledger/proof`);
    expect(body).toMatchObject({ verified: true, failure: null });
  }
}

interface StoredOrder {
  id: string;
  status: string;
}

async function ordersByKey(world: World): Promise<Map<string, StoredOrder>> {
  const rows = await world.sql<{ key: string; id: string; status: string }>(
    `SELECT k.key, o.order_id AS id, o.status FROM idempotency_key k
     JOIN orders o ON o.account_id = k.account_id AND o.order_id = k.resource_id WHERE k.route = 'POST /api/orders'`,
  );
  return new Map(rows.map(({ key, id, status }) => [key, { id, status }]));
}

/** The client's own part: the same request with the same key, whether it was answered or not; then its cancellation. */
async function repeat(
  world: World,
  at: SextantProcess,
  lane: readonly Sent[],
  before: ReadonlyMap<string, StoredOrder>,
): Promise<void> {
  for (const sent of lane) {
    const told = promised(sent);
    const answer = await world.persist(at, 'POST', '/api/orders', {
      body: sent.body,
      headers: { 'Idempotency-Key': sent.key },
    });
    expect([200, 201, 202, 422]).toContain(answer.status);
    sent.answer = answer;
    const now = promised(sent);
    const known = told?.id ?? before.get(sent.key)?.id;
    if (known !== undefined) {
      expect(answer.headers.get('idempotency-replayed')).toBe('true');
      expect({ key: sent.key, id: now?.id }).toEqual({ key: sent.key, id: known });
      expect((await world.call(at, 'GET', `/api/orders/${known}`)).body).toMatchObject({ id: known });
    }
    if (sent.cancelStatus === 0) await repeatCancel(world, at, sent, now!.id);
  }
}

async function repeatCancel(world: World, at: SextantProcess, sent: Sent, orderId: string): Promise<void> {
  const answer = await world.persist(at, 'DELETE', `/api/orders/${orderId}`);
  expect([200, 202, 409]).toContain(answer.status);
  sent.cancelStatus = answer.status;
  await until(async () => {
    const { body } = await world.call(at, 'GET', `/api/orders/${orderId}`);
    return isTerminal(body.status);
  });
}

/** Clients that repeat their requests side by side. */
function lanes(all: readonly Sent[]): Sent[][] {
  return [0, 1, 2, 3].map((lane) => all.filter((_, index) => index % 4 === lane));
}
