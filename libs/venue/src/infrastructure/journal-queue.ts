import type { AccountId } from '@sextant/kernel';
import { JournalLost, SessionReplaced } from '../domain/venue-journal.js';
import type { JournalRow } from '../domain/venue-journal.js';

export interface QueuedRow {
  row: JournalRow;
  kind: string;
  subject: string;
  payload: string;
}

interface Waiting extends QueuedRow {
  resolve(): void;
  reject(error: Error): void;
}

/** Statements that run at once. A third would only make batches smaller. */
const IN_FLIGHT = 2;
const ROWS_PER_STATEMENT = 512;

/**
 * Natural batching: a statement leaves as soon as one of two may, with all that waits by then; never a timer.
 * An account has rows in one statement at a time, so that its rows become durable in order; once a statement with
 * its rows failed, what it has waiting is refused as not written, because it would follow rows that may be missing.
 */
export class JournalQueue {
  private waiting: Waiting[] = [];
  private readonly busy = new Set<AccountId>();
  private inFlight = 0;
  private scheduled = false;

  /** @param write answers the accounts whose rows were written; a rejection means that nobody knows. */
  constructor(private readonly write: (rows: readonly QueuedRow[]) => Promise<Set<string>>) {}

  append(queued: QueuedRow): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...queued, resolve, reject });
      this.schedule();
    });
  }

  /** Commands of one turn of the event loop share a statement; so do those that a finished statement sets off. */
  private schedule(): void {
    if (this.scheduled || this.inFlight === IN_FLIGHT) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.inFlight < IN_FLIGHT && this.flush());
    });
  }

  private flush(): boolean {
    const batch: Waiting[] = [];
    const kept: Waiting[] = [];
    for (const item of this.waiting) {
      const fits = batch.length < ROWS_PER_STATEMENT && !this.busy.has(item.row.accountId);
      (fits ? batch : kept).push(item);
    }
    if (batch.length === 0) return false;
    this.waiting = kept;
    for (const { row } of batch) this.busy.add(row.accountId);
    this.inFlight += 1;
    void this.settle(batch);
    return true;
  }

  private async settle(batch: readonly Waiting[]): Promise<void> {
    let failure: unknown;
    let written: Set<string> | null = null;
    try {
      written = await this.write(batch);
    } catch (error) {
      failure = error;
    }
    this.inFlight -= 1;
    for (const { row } of batch) this.busy.delete(row.accountId);
    for (const item of batch) {
      const { accountId } = item.row;
      if (written?.has(accountId)) item.resolve();
      else if (written !== null) item.reject(this.refused(accountId, new SessionReplaced(accountId)));
      else item.reject(this.refused(accountId, new JournalLost('UNKNOWN', failure)));
    }
    this.schedule();
  }

  private refused(accountId: AccountId, error: Error): Error {
    const behind = this.waiting.filter(({ row }) => row.accountId === accountId);
    this.waiting = this.waiting.filter(({ row }) => row.accountId !== accountId);
    for (const item of behind) {
      item.reject(error instanceof JournalLost ? new JournalLost('NO', error.cause) : error);
    }
    return error;
  }
}
