import { Injectable } from '@nestjs/common';
import type { EpochMs, SessionId, TenantId, UserId } from '@sextant/kernel';
import { Database, SystemLog } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { Transaction } from '../domain/identity-event.js';
import { Session } from '../domain/session.js';
import type { SessionEnd, StoredToken } from '../domain/session.js';
import { SessionRepository } from '../domain/session-repository.js';
import { appendEvents, clientOf } from './identity-transaction.js';

interface SessionRow {
  session_id: SessionId;
  tenant_id: TenantId;
  user_id: UserId;
  created_at: Date;
  expires_at: Date;
  idle_expires_at: Date;
  revoked_at: Date | null;
  revoked_reason: SessionEnd | null;
}

const INSERT = `INSERT INTO session (session_id, tenant_id, user_id, created_at, expires_at, idle_expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)`;
const INSERT_TOKEN = 'INSERT INTO refresh_token (token_hash, session_id, issued_at) VALUES ($1, $2, $3)';
const BY_TOKEN = `SELECT s.*, t.issued_at, t.used_at
  FROM refresh_token t JOIN session s USING (session_id) WHERE t.token_hash = $1`;
const USE_TOKEN = 'UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL';
const END = `UPDATE session SET revoked_at = $2, revoked_reason = $3
  WHERE session_id = $1 AND revoked_at IS NULL`;

@Injectable()
export class SqlSessionRepository extends SessionRepository {
  constructor(
    private readonly database: Database,
    private readonly log: SystemLog,
  ) {
    super();
  }

  async open(session: Session, tokenHash: string): Promise<void> {
    const { sessionId, tenantId, userId, createdAt, expiresAt, idleExpiresAt } = session.snapshot;
    const events = session.pullEvents();
    await this.database.transaction(async (client) => {
      const times = [new Date(createdAt), new Date(expiresAt), new Date(idleExpiresAt)];
      await client.query(INSERT, [sessionId, tenantId, userId, ...times]);
      await client.query(INSERT_TOKEN, [tokenHash, sessionId, new Date(createdAt)]);
      await appendEvents(this.log, events, client);
    });
  }

  async findByToken(tokenHash: string): Promise<{ session: Session; token: StoredToken } | null> {
    const rows = await this.database.query<SessionRow & { issued_at: Date; used_at: Date | null }>(BY_TOKEN, [
      tokenHash,
    ]);
    const [row] = rows;
    if (row === undefined) return null;
    const token = { issuedAt: row.issued_at.getTime(), usedAt: row.used_at?.getTime() ?? null };
    return { session: fromRow(row), token };
  }

  rotate(session: Session, usedHash: string, nextHash: string, at: EpochMs): Promise<boolean> {
    const { sessionId, idleExpiresAt } = session.snapshot;
    return this.database.transaction(async (client) => {
      const used = await client.query(USE_TOKEN, [usedHash, new Date(at)]);
      if (used.rowCount !== 1) return false;
      await client.query(INSERT_TOKEN, [nextHash, sessionId, new Date(at)]);
      const idle = 'UPDATE session SET idle_expires_at = $2 WHERE session_id = $1';
      await client.query(idle, [sessionId, new Date(idleExpiresAt)]);
      return true;
    });
  }

  async end(session: Session): Promise<void> {
    const events = session.pullEvents();
    if (events.length === 0) return;
    await this.database.transaction(async (client) => {
      if (await endRow(session, client)) await appendEvents(this.log, events, client);
    });
  }

  async endAll(userId: UserId, reason: SessionEnd, at: EpochMs, within: Transaction): Promise<SessionId[]> {
    const client = clientOf(within);
    const { rows } = await client.query<SessionRow>(
      'SELECT * FROM session WHERE user_id = $1 AND revoked_at IS NULL ORDER BY session_id FOR UPDATE',
      [userId],
    );
    const sessions = rows.map(fromRow);
    for (const session of sessions) {
      session.end(reason, at);
      await endRow(session, client);
      await appendEvents(this.log, session.pullEvents(), client);
    }
    return sessions.map((session) => session.snapshot.sessionId);
  }
}

/** False when it had ended before. */
async function endRow(session: Session, client: PoolClient): Promise<boolean> {
  const { sessionId, revokedAt, revokedReason } = session.snapshot;
  const { rowCount } = await client.query(END, [sessionId, new Date(revokedAt ?? 0), revokedReason]);
  return rowCount === 1;
}

function fromRow(row: SessionRow): Session {
  return Session.fromSnapshot({
    sessionId: row.session_id,
    tenantId: row.tenant_id,
    userId: row.user_id,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    idleExpiresAt: row.idle_expires_at.getTime(),
    revokedAt: row.revoked_at?.getTime() ?? null,
    revokedReason: row.revoked_reason,
  });
}
