import { confirmed } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { fieldsOf, listOf } from '../ccxt/exact-values.js';
import type { NativeCall, NativeClient } from '../native/native-client.js';

const MOST_PAGES = 50;

export interface Listing<T> extends Pick<NativeCall<unknown>, 'intent' | 'guard' | 'draft'> {
  /** Where the rows stand in the answer. */
  field: 'orders' | 'trades';
  /** @throws UnreadableAnswer */
  read(row: unknown): T;
  /** Ends the listing after a row that it is true for. */
  isLast?(row: T): boolean;
}

/** All rows of a list, page after page. */
export async function readAll<T>(client: NativeClient, listing: Listing<T>): Promise<GatewayOutcome<T[]>> {
  const { draft, field, read, isLast, intent, guard } = listing;
  const rows: T[] = [];
  for (let page = 1; ; page += 1) {
    const path = page === 1 ? draft.path : `${draft.path}&page=${page}`;
    const answer = await client.ask({
      intent,
      guard,
      draft: { ...draft, path },
      read: (json) => readPage(json, field, read),
    });
    if (answer.outcome !== 'CONFIRMED') return answer;
    rows.push(...answer.value.rows);
    const { hasNext } = answer.value;
    if (!hasNext || answer.value.rows.some((row) => isLast?.(row))) return confirmed(rows, answer.evidence);
    if (page === MOST_PAGES) {
      const reason = { code: 'NO_ANSWER', detail: `The venue lists more than ${MOST_PAGES} pages.` };
      return { outcome: 'UNKNOWN', reason, evidence: client.evidence('VENUE_ANSWER', { pages: page }) };
    }
  }
}

function readPage<T>(
  json: unknown,
  field: string,
  read: (row: unknown) => T,
): { rows: T[]; hasNext: boolean } {
  const page = fieldsOf(json, 'page');
  const rows = listOf(page[field], field).map(read);
  const hasNext = page['hasNext'] ?? false;
  if (typeof hasNext !== 'boolean' || (hasNext && rows.length === 0)) {
    throw new UnreadableAnswer('whether there is more is not told');
  }
  return { rows, hasNext };
}
