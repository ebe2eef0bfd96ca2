import { checkBooks } from './check-books.js';
import { checkClients } from './check-clients.js';
import { checkGroups } from './check-groups.js';
import { checkLog } from './check-log.js';
import { checkOrders } from './check-orders.js';
import { checkSends } from './check-sends.js';
import { checkTimes, checkTrails } from './check-waiting.js';
import type { World } from './world.js';

/**
 * Every invariant that a single account can show, judged from the venue's journal, the database's rows, the bytes that
 * left and what clients were told. Nothing here is the product's code. Empty when all hold.
 */
export function checkWorld(world: World): string[] {
  return [
    ...world.bugs.map((bug) => `I0 the product threw where nobody listens: ${bug}`),
    ...(world.scheduler.isStuck ? ['I11 a process went in circles, and nothing else ran in it'] : []),
    ...checkOrders(world),
    ...checkGroups(world),
    ...checkTimes(world),
    ...checkTrails(world),
    ...checkBooks(world),
    ...checkSends(world),
    ...checkClients(world),
    ...checkLog(world),
  ];
}
