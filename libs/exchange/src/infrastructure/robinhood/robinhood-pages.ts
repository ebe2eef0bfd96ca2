import { confirmed } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { fieldsOf, listOf, textOf } from '../ccxt/exact-values.js';
import type { NativeCall, NativeClient } from '../native/native-client.js';

/** A page is of as many rows as the venue likes: the most that `limit` takes is not documented. */
const MOST_PAGES = 200;

export interface Listing<T> {
  /** Path with its query, the query included where there is one. */
  path: string;
  intent: NativeCall<unknown>['intent'];
  guard?: NativeCall<unknown>['guard'];
  /** @throws UnreadableAnswer */
  read(row: unknown): T;
  /** Ends the listing after a row that it is true for. */
  isLast?(row: T): boolean;
}

interface Page<T> {
  rows: T[];
  next: string | null;
}

/**
 * All rows of a list, page after page, each request signed anew. The venue's `next` is a whole URL: only its path and
 * query are used, and only where the path is the one asked for.
 */
export async function readAll<T>(
  client: NativeClient,
  { path: first, intent, guard, read, isLast }: Listing<T>,
): Promise<GatewayOutcome<T[]>> {
  const rows: T[] = [];
  let path = first;
  for (let page = 1; ; page += 1) {
    const answer = await client.ask({
      intent,
      guard,
      draft: { method: 'GET', path, body: null },
      read: (json) => readPage(json, path, read),
    });
    if (answer.outcome !== 'CONFIRMED') return answer;
    rows.push(...answer.value.rows);
    const { next } = answer.value;
    if (next === null || answer.value.rows.some((row) => isLast?.(row)))
      return confirmed(rows, answer.evidence);
    if (page === MOST_PAGES) {
      const reason = { code: 'NO_ANSWER', detail: `The venue lists more than ${MOST_PAGES} pages.` };
      return { outcome: 'UNKNOWN', reason, evidence: client.evidence('VENUE_ANSWER', { pages: page }) };
    }
    path = next;
  }
}

function readPage<T>(json: unknown, path: string, read: (row: unknown) => T): Page<T> {
  const { results, next } = fieldsOf(json, 'page');
  return { rows: listOf(results, 'results').map(read), next: nextPath(next ?? null, path) };
}

function nextPath(next: unknown, path: string): string | null {
  if (next === null) return null;
  const url = URL.parse(textOf(next, 'next', 2_000), 'https://venue.invalid');
  if (url === null || bare(url.pathname) !== bare(path.split('?')[0]!)) {
    throw new UnreadableAnswer('the next page is not of this list');
  }
  if (url.pathname + url.search === path) throw new UnreadableAnswer('the next page is this page');
  return url.pathname + url.search;
}

/** A sample of the documentation leaves out the slash before the query. */
function bare(path: string): string {
  return path.replace(/\/$/, '');
}
