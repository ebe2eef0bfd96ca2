import type { AccountId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { AccountSnapshot } from '../domain/account-snapshot.js';
import {
  decodeEntry,
  decodeSnapshot,
  encodeEntry,
  encodeSnapshot,
  entryLetters,
} from '../domain/journal-codec.js';
import { subjectOf } from '../domain/venue-entry.js';
import { JournalLost, SessionReplaced, VenueJournal } from '../domain/venue-journal.js';
import type { JournalRow, OpenedJournal, PendingDeposit } from '../domain/venue-journal.js';
import { APPEND, RESTORE } from './journal-statements.js';
import { JournalQueue } from './journal-queue.js';
import type { QueuedRow } from './journal-queue.js';
import { UnflushedRows } from './unflushed-rows.js';

interface Row {
  session: string;
  seq: string;
  kind: string;
  subject: string;
  payload: string;
}

const KEEP_SNAPSHOT = {
  name: 'venue-snapshot',
  text: `
  INSERT INTO venue.snapshot (account_id, seq, body)
  SELECT account_id, $3, $4 FROM venue.session WHERE account_id = $1 AND session = $2 FOR SHARE
  ON CONFLICT (account_id) DO UPDATE SET seq = excluded.seq, body = excluded.body
  WHERE snapshot.seq < excluded.seq`,
};

const COLUMNS = 'session, seq, kind, subject, payload';

/** What an append answers: the accounts that were written, and the server's log in bytes. */
interface Appended {
  accounts: string[];
  flushed: string;
  inserted: string;
}

/**
 * The journal in the schema `venue`: one row a command, many commands a statement.
 *
 * An append is answered before the server has it on disk. Whoever learns of it learns from a commit of our books that
 * comes later in the same server's log and is waited for, so whatever anybody outside was told is on disk with it.
 * When the server crashes it loses the end of its log, and two cases are left. This process goes on: a connection does
 * not outlive the crash, and each new one, of the books and of the journal, first puts back the rows that may be
 * missing, so no commit that speaks of a row gets in before it. This process died too: then nothing that speaks of the
 * lost rows was stored or told, and to whoever opens the account next "not found" is the truth.
 */
export class PostgresVenueJournal extends VenueJournal {
  private readonly queue = new JournalQueue((rows) => this.write(rows));
  private readonly unflushed = new UnflushedRows();

  constructor(private readonly database: Database) {
    super();
    database.onNewWriter((client) => this.restore(client));
  }

  async open(accountId: AccountId, from?: number): Promise<OpenedJournal> {
    try {
      return await this.database.transaction(async (client) => {
        await this.restore(client);
        const { rows: sessions } = await client.query<{ session: string; seq: string }>(
          from === undefined
            ? `INSERT INTO venue.session (account_id, session, seq) VALUES ($1, 1, 0)
               ON CONFLICT (account_id) DO UPDATE SET session = session.session + 1 RETURNING session, seq`
            : `UPDATE venue.session SET session = session + 1 WHERE account_id = $1 AND session = $2
               RETURNING session, seq`,
          from === undefined ? [accountId] : [accountId, from],
        );
        const opened = sessions[0];
        if (opened === undefined) throw new SessionReplaced(accountId);
        const { rows: snapshots } = await client.query<{ seq: string; body: string }>(
          'SELECT seq, body FROM venue.snapshot WHERE account_id = $1',
          [accountId],
        );
        const kept = snapshots[0];
        const snapshot =
          kept === undefined ? null : { seq: Number(kept.seq), state: decodeSnapshot(kept.body) };
        const start = snapshot?.seq ?? 0;
        const { rows } = await client.query<Row>(
          `SELECT ${COLUMNS} FROM venue.journal WHERE account_id = $1 AND seq > $2 ORDER BY seq`,
          [accountId, start],
        );
        const { rows: ids } = await client.query<{ subject: string }>(
          `SELECT subject FROM venue.journal WHERE account_id = $1 AND kind = 'P' AND seq <= $2`,
          [accountId, start],
        );
        return {
          session: Number(opened.session),
          seq: Number(opened.seq),
          snapshot,
          rows: rows.map((row) => journalRow(accountId, row)),
          earlierIds: ids.map(({ subject }) => subject),
        };
      });
    } catch (error) {
      throw error instanceof SessionReplaced ? error : new JournalLost('NO', error);
    }
  }

  append(row: JournalRow): Promise<void> {
    return this.queue.append({
      row,
      kind: entryLetters[row.entry.kind],
      subject: subjectOf(row.entry),
      payload: encodeEntry(row.entry),
    });
  }

  async after(accountId: AccountId, seq: number, limit: number): Promise<JournalRow[]> {
    const rows = await this.read<Row>(
      `SELECT ${COLUMNS} FROM venue.journal WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
      [accountId, seq, limit],
    );
    return rows.map((row) => journalRow(accountId, row));
  }

  async ofOrder(accountId: AccountId, clientOrderId: string): Promise<JournalRow[]> {
    const rows = await this.read<Row>(
      `SELECT ${COLUMNS} FROM venue.journal WHERE account_id = $1 AND subject = $2 AND kind = 'P'
       UNION ALL
       SELECT ${COLUMNS} FROM venue.journal WHERE account_id = $1 AND subject = $2 AND kind IN ('F', 'C')
       ORDER BY seq`,
      [accountId, clientOrderId],
    );
    return rows.map((row) => journalRow(accountId, row));
  }

  async keepSnapshot(
    accountId: AccountId,
    session: number,
    seq: number,
    state: AccountSnapshot,
  ): Promise<void> {
    try {
      await this.database.append(KEEP_SNAPSHOT, [accountId, session, seq, encodeSnapshot(state)]);
    } catch (error) {
      throw new JournalLost('NO', error);
    }
  }

  async recordDeposit(accountId: AccountId, { reference, asset, units, at }: PendingDeposit): Promise<void> {
    await this.read(
      `INSERT INTO venue.deposit (account_id, reference, asset, units, at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [accountId, reference, asset, units.toString(), at],
    );
  }

  async pendingDeposits(accountId: AccountId): Promise<PendingDeposit[]> {
    const rows = await this.read<{ reference: string; asset: string; units: string; at: string }>(
      `SELECT reference, asset, units, at FROM venue.deposit d WHERE account_id = $1 AND NOT EXISTS (
         SELECT FROM venue.journal j WHERE j.account_id = d.account_id AND j.subject = d.reference AND j.kind = 'D')
       ORDER BY at, reference`,
      [accountId],
    );
    return rows.map(({ reference, asset, units, at }) => ({
      reference,
      asset,
      units: BigInt(units),
      at: Number(at),
    }));
  }

  /** @returns the accounts whose rows were written. */
  private async write(rows: readonly QueuedRow[]): Promise<Set<string>> {
    const answered = this.unflushed.leaving();
    const [appended] = await this.database.append<Appended>(APPEND, parametersOf(rows));
    if (appended === undefined) throw new Error('an append without an answer');
    const { accounts, flushed, inserted } = appended;
    const written = new Set(accounts);
    const kept = rows.filter(({ row }) => written.has(row.accountId));
    answered(kept, { flushed: BigInt(flushed), inserted: BigInt(inserted) });
    return written;
  }

  /** Puts back what a crash of the server may have taken, on a connection that was made after it. */
  private async restore(client: PoolClient): Promise<void> {
    const rows = this.unflushed.all();
    if (rows.length > 0) await client.query(RESTORE, parametersOf(rows));
  }

  private async read<R>(sql: string, params: unknown[]): Promise<R[]> {
    try {
      return await this.database.query<R>(sql, params);
    } catch (error) {
      throw new JournalLost('NO', error);
    }
  }
}

function parametersOf(rows: readonly QueuedRow[]): unknown[] {
  return [
    rows.map(({ row }) => row.accountId),
    rows.map(({ row }) => row.session),
    rows.map(({ row }) => row.seq),
    rows.map(({ kind }) => kind),
    rows.map(({ subject }) => subject),
    rows.map(({ payload }) => payload),
  ];
}

function journalRow(accountId: AccountId, row: Row): JournalRow {
  const entry = decodeEntry(row.kind, row.subject, row.payload);
  return { accountId, session: Number(row.session), seq: Number(row.seq), entry };
}
