import { GENESIS, linkOf } from './simulated-database.js';
import type { World } from './world.js';

/** I16: the log is a chain without a gap, and tells of every order what its row says. */
export function checkLog({ database }: World): string[] {
  const problems: string[] = [];
  const told = new Map<string, { version: number; status: string }>();
  let link = GENESIS;
  for (const [index, { seq, type, text, hash }] of database.events.entries()) {
    if (seq !== index + 1 || hash !== linkOf(link, seq, type, text))
      problems.push(`I16 the log breaks at ${seq}`);
    link = hash;
    const { orderId, version, status } = JSON.parse(text) as Record<string, unknown>;
    if (typeof orderId !== 'string' || typeof version !== 'number') continue;
    const before = told.get(orderId) ?? { version: -1, status: '' };
    // What follows from one change is told of one version.
    if (version < before.version || (version === before.version && status !== before.status))
      problems.push(`I16 ${orderId} goes back in the log at ${seq}`);
    told.set(orderId, { version, status: String(status) });
  }
  for (const row of database.rows('orders')) {
    const last = told.get(row['order_id'] as string);
    if (last?.version !== row['version'] || last?.status !== row['status']) {
      problems.push(
        `I16 the log does not tell how ${String(row['client_order_id'])} came to be ${String(row['status'])}`,
      );
    }
  }
  return problems;
}
