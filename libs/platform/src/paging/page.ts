import { DomainError } from '@sextant/kernel';

export const DEFAULT_PAGE_LIMIT = 50;
export const MAX_PAGE_LIMIT = 500;

/** One page of a list as every list of the API answers it. */
export interface Page<T> {
  data: T[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/** A list that is paged. Its name goes into its cursors, so that no other list takes them for its own. */
export interface PagedList {
  name: string;
  /** Types of the columns that it is sorted by. */
  key: readonly ('text' | 'number')[];
}

/** A list request after parsing. `after` is the sort key of the last row seen, null for the first page. */
export interface PageRequest {
  /** Name of the list. */
  list: string;
  limit: number;
  after: readonly CursorPart[] | null;
}

/** One column of the sort key. Large integers travel as text. */
export type CursorPart = string | number;

/**
 * Reads `limit` and `cursor`; a cursor of another list is refused.
 * @throws DomainError CURSOR_INVALID, LIMIT_INVALID
 */
export function pageRequest(query: { limit?: number; cursor?: string }, list: PagedList): PageRequest {
  const limit = query.limit ?? DEFAULT_PAGE_LIMIT;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PAGE_LIMIT) {
    throw new DomainError('LIMIT_INVALID', `limit must be 1 to ${MAX_PAGE_LIMIT}.`, { pointer: '/limit' });
  }
  return {
    list: list.name,
    limit,
    after: query.cursor === undefined ? null : decodeCursor(query.cursor, list),
  };
}

/**
 * Makes a page of rows that were read with `limit + 1`, in the order of the sort key. Keyset: rows inserted or
 * deleted meanwhile move no other row over a page border.
 */
export function pageOf<Row, T>(
  rows: readonly Row[],
  { list, limit }: Pick<PageRequest, 'list' | 'limit'>,
  keyOf: (row: Row) => readonly CursorPart[],
  toItem: (row: Row) => T,
): Page<T> {
  const hasMore = rows.length > limit;
  const shown = hasMore ? rows.slice(0, limit) : rows;
  const last = shown.at(-1);
  return {
    data: shown.map(toItem),
    page: { nextCursor: hasMore && last !== undefined ? encodeCursor(list, keyOf(last)) : null, hasMore },
  };
}

export function encodeCursor(list: string, key: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify([list, ...key]), 'utf8').toString('base64url');
}

function decodeCursor(cursor: string, list: PagedList): CursorPart[] {
  const invalid = () =>
    new DomainError('CURSOR_INVALID', 'The cursor is not one that this list returned.', {
      pointer: '/cursor',
    });
  if (cursor.length > 512) throw invalid();
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalid();
  }
  if (!Array.isArray(parts)) throw invalid();
  const [name, ...key] = parts as unknown[];
  if (name !== list.name || key.length !== list.key.length) throw invalid();
  const fits = key.every((part, index) =>
    list.key[index] === 'text' ? isCursorText(part) : Number.isSafeInteger(part),
  );
  if (!fits) throw invalid();
  return key as CursorPart[];
}

/** PostgreSQL refuses U+0000 in text, so such a cursor must not reach it. */
function isCursorText(part: unknown): boolean {
  return typeof part === 'string' && !part.includes('\u0000');
}
