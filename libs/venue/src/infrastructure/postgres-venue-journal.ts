import type { AccountId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
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
import { JournalQueue } from './journal-queue.js';
import type { QueuedRow } from './journal-queue.js';

interface Row {
  session: string;
  seq: string;
  kind: string;
  subject: string;
  payload: string;
}

/**
 * Locks the sessions first, in order, and writes only for those that are as the rows say: the newest, standing at
 * the place before the first row. What a replaced session sends finds no session and writes nothing.
 */
const APPEND = {
  name: 'venue-append',
  text: `
  WITH input AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
      AS i(account_id, session, seq, kind, subject, payload)
  ), runs AS (
    SELECT account_id, session, min(seq) AS first, max(seq) AS last FROM input GROUP BY account_id, session
  ), held AS (
    SELECT s.account_id, r.session, r.last
      FROM venue.session s JOIN runs r ON r.account_id = s.account_id COLLATE "C"
     WHERE s.session = r.session AND s.seq = r.first - 1
     ORDER BY s.account_id FOR NO KEY UPDATE OF s
  ), moved AS (
    UPDATE venue.session s SET seq = h.last FROM held h WHERE s.account_id = h.account_id
  ), written AS (
    INSERT INTO venue.journal (account_id, seq, session, kind, subject, payload)
    SELECT i.account_id, i.seq, i.session, i.kind::"char", i.subject, i.payload
      FROM input i JOIN held h ON h.account_id = i.account_id AND h.session = i.session
  )
  SELECT account_id FROM held`,
};

const COLUMNS = 'session, seq, kind, subject, payload';

/** The journal in the schema `venue`: one row a command, many commands a statement. */
export class PostgresVenueJournal extends VenueJournal {
  private readonly queue = new JournalQueue((rows) => this.write(rows));

  constructor(private readonly database: Database) {
    super();
  }

  async open(accountId: AccountId, from?: number): Promise<OpenedJournal> {
    try {
      return await this.database.transaction(async (client) => {
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
    await this.read(
      `INSERT INTO venue.snapshot (account_id, seq, body)
       SELECT account_id, $3, $4 FROM venue.session WHERE account_id = $1 AND session = $2 FOR SHARE
       ON CONFLICT (account_id) DO UPDATE SET seq = excluded.seq, body = excluded.body
       WHERE snapshot.seq < excluded.seq`,
      [accountId, session, seq, encodeSnapshot(state)],
    );
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
    const held = await this.database.query<{ account_id: string }>(APPEND, [
      rows.map(({ row }) => row.accountId),
      rows.map(({ row }) => row.session),
      rows.map(({ row }) => row.seq),
      rows.map(({ kind }) => kind),
      rows.map(({ subject }) => subject),
      rows.map(({ payload }) => payload),
    ]);
    return new Set(held.map(({ account_id }) => account_id));
  }

  private async read<R>(sql: string, params: unknown[]): Promise<R[]> {
    try {
      return await this.database.query<R>(sql, params);
    } catch (error) {
      throw new JournalLost('NO', error);
    }
  }
}

function journalRow(accountId: AccountId, row: Row): JournalRow {
  const entry = decodeEntry(row.kind, row.subject, row.payload);
  return { accountId, session: Number(row.session), seq: Number(row.seq), entry };
}
