const INPUT = `
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
    AS i(account_id, session, seq, kind, subject, payload)`;

/**
 * Locks the sessions first, in order, and writes only for those that are as the rows say: the newest, standing at
 * the place before the first row. What a replaced session sends finds no session and writes nothing.
 */
export const APPEND = {
  name: 'venue-append',
  text: `
  WITH input AS (${INPUT}), runs AS (
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
  SELECT ARRAY(SELECT account_id FROM held) AS accounts,
    (pg_current_wal_flush_lsn() - '0/0')::text AS flushed,
    (pg_current_wal_insert_lsn() - '0/0')::text AS inserted`,
};

/**
 * Of rows that were written before, puts back those behind the end of the journal; of a session that was replaced
 * meanwhile none. The rows of an account are its last ones without a gap.
 */
export const RESTORE = `
  WITH input AS (${INPUT}), held AS (
    SELECT s.account_id, s.session, s.seq FROM venue.session s
     WHERE EXISTS (SELECT FROM input i WHERE i.account_id = s.account_id AND i.session = s.session)
     ORDER BY s.account_id FOR NO KEY UPDATE OF s
  ), lost AS (
    SELECT i.* FROM input i JOIN held h ON h.account_id = i.account_id AND h.session = i.session AND i.seq > h.seq
  ), moved AS (
    UPDATE venue.session s SET seq = l.last
      FROM (SELECT account_id, max(seq) AS last FROM lost GROUP BY account_id) l WHERE s.account_id = l.account_id
  )
  INSERT INTO venue.journal (account_id, seq, session, kind, subject, payload)
  SELECT account_id, seq, session, kind::"char", subject, payload FROM lost`;
