import type { HistoryPlace } from './waiting-fills.js';

/** The account command by which an import does one step where the account is owned. */
export const IMPORT_HISTORY = 'ImportHistory';

/**
 * BEGIN: which lists there are to read. READ: one page of a list of the venue waits to be booked. SETTLE: what was traded since the first sight is booked, up to
 * now: what the list has beyond that is history. BOOK: one part of it. RESTATE: positions as by the order of execution.
 */
export type ImportStep =
  | { step: 'BEGIN'; from: number | null }
  | { step: 'READ'; market: string | null; cursor: string | null; from: number | null }
  | { step: 'SETTLE' }
  | { step: 'BOOK'; after: HistoryPlace | null }
  | { step: 'RESTATE' };

export type ImportHistoryPayload = ImportStep & { jobId: string; actor: string; waitMs: number };

/**
 * What a step came to. `markets`: each has a list of its own; null: there is one of all. `isLast`: the list has no more. `newest`: time of the last fill of the page. AWAY: the venue did not
 * answer, or something moved all the time; the same step may succeed later.
 */
export type ImportAnswer =
  | { outcome: 'BEGUN'; markets: string[] | null }
  | {
      outcome: 'READ';
      cursor: string;
      isLast: boolean;
      fills: number;
      skipped: number;
      newest: number | null;
    }
  | { outcome: 'SETTLED' }
  | { outcome: 'BOOKED'; place: HistoryPlace | null; booked: number; known: number; left: number }
  | { outcome: 'RESTATED'; symbols: number }
  | { outcome: 'AWAY'; code: string; detail: string };
