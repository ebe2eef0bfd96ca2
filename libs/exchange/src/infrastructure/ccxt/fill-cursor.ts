import { UnreadableAnswer } from './exact-json.js';

/**
 * Where reading own trades goes on. ID: the next id of each market; a market without one is read from `since` (0: from its
 * first trade), unless `only` those with one are asked for. TIME: a time, and the trades already read since shortly before it.
 */
export type FillCursor =
  | { by: 'ID'; next: Readonly<Record<string, string>>; since: number; only?: true }
  | { by: 'TIME'; at: number; seen: readonly string[] };

const MAX_LENGTH = 200_000;

export function writeCursor(cursor: FillCursor): string {
  return JSON.stringify(cursor);
}

/** @throws UnreadableAnswer when the text is no cursor of that kind. */
export function readCursor<By extends FillCursor['by']>(
  text: string,
  by: By,
): Extract<FillCursor, { by: By }> {
  try {
    if (text.length <= MAX_LENGTH) {
      const cursor = JSON.parse(text) as FillCursor;
      if (cursor.by === by && isWhole(cursor)) return cursor as Extract<FillCursor, { by: By }>;
    }
  } catch {
    // falls through: no JSON is no cursor
  }
  throw new UnreadableAnswer('the cursor is none of this venue');
}

function isWhole(cursor: FillCursor): boolean {
  if (cursor.by === 'ID') {
    return (
      Number.isSafeInteger(cursor.since) && Object.values(cursor.next).every((id) => /^\d{1,20}$/.test(id))
    );
  }
  return Number.isSafeInteger(cursor.at) && cursor.seen.every((key) => typeof key === 'string');
}
