import type { AccountId, EpochMs } from '@sextant/kernel';
import type { AccountSnapshot } from './account-snapshot.js';
import type { VenueEntry } from './venue-entry.js';

/** An entry at its place in one account's journal. Places count from 1 without gaps. */
export interface JournalRow {
  accountId: AccountId;
  /** Of the session that wrote it. */
  session: number;
  seq: number;
  entry: VenueEntry;
}

/** All that is needed to stand where the journal ends. */
export interface OpenedJournal {
  session: number;
  /** The last place of the journal. */
  seq: number;
  snapshot: { seq: number; state: AccountSnapshot } | null;
  /** The rows after the snapshot. */
  rows: JournalRow[];
  /** Every client order id that the rows before the snapshot placed. */
  earlierIds: string[];
}

export interface PendingDeposit {
  reference: string;
  asset: string;
  units: bigint;
  at: EpochMs;
}

/** The append was refused: a later session of the account exists. Nothing was written, nothing ever will be. */
export class SessionReplaced extends Error {
  constructor(readonly accountId: AccountId) {
    super(`another session of ${accountId} was opened`);
    this.name = 'SessionReplaced';
  }
}

/** The journal did not answer. `written` says whether the rows may be in it. */
export class JournalLost extends Error {
  constructor(
    readonly written: 'NO' | 'UNKNOWN',
    cause: unknown,
  ) {
    super('the journal of the exchange did not answer', { cause });
    this.name = 'JournalLost';
  }
}

/** Where the exchange keeps what it decided, before it tells anyone. */
export abstract class VenueJournal {
  /**
   * Starts the account's next session and reads its state; from then on appends of an older one are refused.
   * With `from`, only when that session is still the newest.
   * @throws SessionReplaced, JournalLost
   */
  abstract open(accountId: AccountId, from?: number): Promise<OpenedJournal>;

  /**
   * Resolves when the row is in the journal, in the order of an account's calls: at the latest with the next durable
   * commit of the books in the same database it is durable too.
   * @throws SessionReplaced, JournalLost
   */
  abstract append(row: JournalRow): Promise<void>;

  /** Rows with a place above `seq`, in order. */
  abstract after(accountId: AccountId, seq: number, limit: number): Promise<JournalRow[]>;

  /** Rows about one order, in order. */
  abstract ofOrder(accountId: AccountId, clientOrderId: string): Promise<JournalRow[]>;

  /** Keeps the state after row `seq`, so that the next `open` starts there. Written only while `session` is newest. */
  abstract keepSnapshot(
    accountId: AccountId,
    session: number,
    seq: number,
    state: AccountSnapshot,
  ): Promise<void>;

  /** Records a deposit once for each reference; the account's session books it. */
  abstract recordDeposit(accountId: AccountId, deposit: PendingDeposit): Promise<void>;

  /** Deposits that no row of the journal books yet. */
  abstract pendingDeposits(accountId: AccountId): Promise<PendingDeposit[]>;
}
