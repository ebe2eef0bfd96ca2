import type { AccountId } from '@sextant/kernel';
import type { AccountSnapshot } from '../domain/account-snapshot.js';
import {
  decodeEntry,
  decodeSnapshot,
  encodeEntry,
  encodeSnapshot,
  entryLetters,
} from '../domain/journal-codec.js';
import { subjectOf } from '../domain/venue-entry.js';
import { SessionReplaced, VenueJournal } from '../domain/venue-journal.js';
import type { JournalRow, OpenedJournal, PendingDeposit } from '../domain/venue-journal.js';

interface StoredRow {
  session: number;
  seq: number;
  letter: string;
  subject: string;
  payload: string;
}

interface StoredAccount {
  session: number;
  rows: StoredRow[];
  snapshot: { seq: number; text: string } | null;
  deposits: Map<string, PendingDeposit>;
}

/** A journal that lives as long as the process: for simulations and tests. Rows are kept as text, as on disk. */
export class InMemoryVenueJournal extends VenueJournal {
  private readonly accounts = new Map<AccountId, StoredAccount>();

  async open(accountId: AccountId, from?: number): Promise<OpenedJournal> {
    const account = this.account(accountId);
    if (from !== undefined && from !== account.session) throw new SessionReplaced(accountId);
    account.session += 1;
    const { session, snapshot } = account;
    const start = snapshot?.seq ?? 0;
    return {
      session,
      seq: account.rows.length,
      snapshot: snapshot === null ? null : { seq: snapshot.seq, state: decodeSnapshot(snapshot.text) },
      rows: await this.after(accountId, start, Infinity),
      earlierIds: account.rows
        .filter((row) => row.seq <= start && row.letter === 'P')
        .map((row) => row.subject),
    };
  }

  async append({ accountId, session, seq, entry }: JournalRow): Promise<void> {
    const account = this.account(accountId);
    if (session !== account.session) throw new SessionReplaced(accountId);
    if (seq !== account.rows.length + 1)
      throw new Error(`row ${seq} does not follow row ${account.rows.length}`);
    const letter = entryLetters[entry.kind];
    account.rows.push({ session, seq, letter, subject: subjectOf(entry), payload: encodeEntry(entry) });
  }

  async after(accountId: AccountId, seq: number, limit: number): Promise<JournalRow[]> {
    return this.account(accountId)
      .rows.slice(seq, seq + limit)
      .map((row) => decodeRow(accountId, row));
  }

  async ofOrder(accountId: AccountId, clientOrderId: string): Promise<JournalRow[]> {
    return this.account(accountId)
      .rows.filter((row) => row.subject === clientOrderId && row.letter !== 'D')
      .map((row) => decodeRow(accountId, row));
  }

  async keepSnapshot(
    accountId: AccountId,
    session: number,
    seq: number,
    state: AccountSnapshot,
  ): Promise<void> {
    const account = this.account(accountId);
    if (session === account.session) account.snapshot = { seq, text: encodeSnapshot(state) };
  }

  async recordDeposit(accountId: AccountId, deposit: PendingDeposit): Promise<void> {
    const { deposits } = this.account(accountId);
    if (!deposits.has(deposit.reference)) deposits.set(deposit.reference, deposit);
  }

  async pendingDeposits(accountId: AccountId): Promise<PendingDeposit[]> {
    const { deposits, rows } = this.account(accountId);
    const booked = new Set(rows.filter((row) => row.letter === 'D').map((row) => row.subject));
    return [...deposits.values()].filter((deposit) => !booked.has(deposit.reference));
  }

  private account(accountId: AccountId): StoredAccount {
    let account = this.accounts.get(accountId);
    if (account === undefined) {
      account = { session: 0, rows: [], snapshot: null, deposits: new Map() };
      this.accounts.set(accountId, account);
    }
    return account;
  }
}

function decodeRow(accountId: AccountId, row: StoredRow): JournalRow {
  const { session, seq } = row;
  return { accountId, session, seq, entry: decodeEntry(row.letter, row.subject, row.payload) };
}
