import type { QueuedRow } from './journal-queue.js';

/** Where the server's log stood while a statement ran: what was on disk, and what was handed in. Byte positions. */
export interface LogPosition {
  flushed: bigint;
  inserted: bigint;
}

interface Written {
  rows: readonly QueuedRow[];
  /** A place in the log behind the statement's commit; null until a later statement shows one. */
  behind: bigint | null;
}

/**
 * Rows that were answered before the server had them on disk, until a later answer shows that it has. A crash of the
 * server takes the end of its log, so these are all that can be missing afterwards.
 */
export class UnflushedRows {
  private written: Written[] = [];

  /** To be called when a statement leaves; what it returns belongs to the statement's answer. */
  leaving(): (rows: readonly QueuedRow[], position: LogPosition) => void {
    const before = this.written.filter(({ behind }) => behind === null);
    return (rows, { flushed, inserted }) => {
      for (const statement of before) statement.behind ??= inserted;
      this.written = this.written.filter(({ behind }) => behind === null || behind > flushed);
      this.written.push({ rows, behind: null });
    };
  }

  all(): QueuedRow[] {
    return this.written.flatMap(({ rows }) => rows);
  }
}
