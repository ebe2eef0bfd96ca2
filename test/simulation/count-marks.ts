import { conditionsOf, revisionsOf } from './rows.js';
import type { World } from './world.js';

/** What orders went through, for the table of what a run covered. */
export function countMarks({ database, chaos, clients, venue }: World): void {
  for (const row of database.rows('orders')) {
    const group = conditionsOf(row)?.group ?? null;
    const sent = row['attempts'] !== 0;
    if (sent && /STOP|PROFIT/.test(String(row['type']))) chaos.hit('trigger');
    if (sent && row['type'] === 'TRAILING_STOP_MARKET') chaos.hit('trailed');
    if (revisionsOf(row).length > 1) chaos.hit('replaced');
    if (sent && group !== null && group.leg !== 'ENTRY') chaos.hit('legSent');
    const expiresAt = conditionsOf(row)?.expiresAt ?? null;
    if (expiresAt !== null && row['status'] === 'EXPIRED') chaos.hit('endedByTime');
  }
  for (const { type } of database.events) if (type === 'OrderOverrun') chaos.hit('overrun');
  for (const order of venue.books.orders) if (order.amended > 0) chaos.hit('amendedAtVenue');
  for (const { calls } of clients.batches) {
    if (calls.some(({ answers }) => answers.length > 0)) chaos.hit('batch');
  }
}
