import { Injectable } from '@nestjs/common';
import type { TenantId, UserId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { Database, SystemLog, violatedConstraint } from '@sextant/platform';
import type { PoolClient } from 'pg';
import type { Transaction } from '../domain/identity-event.js';
import { User } from '../domain/user.js';
import type { UserSnapshot } from '../domain/user.js';
import { UserRepository } from '../domain/user-repository.js';
import { appendEvents, clientOf } from './identity-transaction.js';

interface UserRow {
  user_id: UserId;
  tenant_id: TenantId;
  email: string;
  role: UserSnapshot['role'];
  status: UserSnapshot['status'];
  password_hash: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const INSERT = `INSERT INTO identity_user
    (user_id, tenant_id, email, role, status, password_hash, version, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8)`;
const UPDATE = `UPDATE identity_user SET role = $3, status = $4, password_hash = $5, updated_at = $6, version = version + 1
  WHERE user_id = $1 AND version = $2`;

@Injectable()
export class SqlUserRepository extends UserRepository {
  constructor(
    private readonly database: Database,
    private readonly log: SystemLog,
  ) {
    super();
  }

  async find(tenantId: TenantId, userId: UserId, within?: Transaction): Promise<User | null> {
    const sql = 'SELECT * FROM identity_user WHERE tenant_id = $1 AND user_id = $2';
    const values = [tenantId, userId];
    const rows =
      within === undefined
        ? await this.database.query<UserRow>(sql, values)
        : (await clientOf(within).query<UserRow>(`${sql} FOR UPDATE`, values)).rows;
    return rows[0] === undefined ? null : fromRow(rows[0]);
  }

  async findByEmail(email: string): Promise<User | null> {
    // U+0000 cannot stand in text of PostgreSQL, so nobody has such an address.
    if (email.includes('\u0000')) return null;
    const rows = await this.database.query<UserRow>('SELECT * FROM identity_user WHERE email = $1', [email]);
    return rows[0] === undefined ? null : fromRow(rows[0]);
  }

  async activeAdmins(): Promise<User[]> {
    const rows = await this.database.query<UserRow>(
      `SELECT * FROM identity_user WHERE role = 'admin' AND status = 'ACTIVE' ORDER BY email LIMIT 100`,
    );
    return rows.map(fromRow);
  }

  async countActiveAdmins(tenantId: TenantId, within: Transaction): Promise<number> {
    const { rows } = await clientOf(within).query(
      `SELECT user_id FROM identity_user WHERE tenant_id = $1 AND role = 'admin' AND status = 'ACTIVE'
       ORDER BY user_id FOR UPDATE`,
      [tenantId],
    );
    return rows.length;
  }

  async save(user: User, within: Transaction): Promise<void> {
    const client = clientOf(within);
    const events = user.pullEvents();
    if (user.snapshot.version === 0) await this.insert(user.snapshot, client);
    else await this.update(user.snapshot, client);
    await appendEvents(this.log, events, client);
  }

  async rehash(userId: UserId, known: string, better: string): Promise<void> {
    const sql = 'UPDATE identity_user SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2';
    await this.database.query(sql, [userId, known, better]);
  }

  private async insert(user: Readonly<UserSnapshot>, client: PoolClient): Promise<void> {
    const { userId, tenantId, email, role, status, passwordHash, createdAt, updatedAt } = user;
    const values = [
      userId,
      tenantId,
      email,
      role,
      status,
      passwordHash,
      new Date(createdAt),
      new Date(updatedAt),
    ];
    try {
      await client.query(INSERT, values);
    } catch (error) {
      if (violatedConstraint(error) !== 'identity_user_email') throw error;
      throw new DomainError('USER_EMAIL_TAKEN', 'Another user has this e-mail address.', {
        pointer: '/email',
      });
    }
  }

  private async update(user: Readonly<UserSnapshot>, client: PoolClient): Promise<void> {
    const { userId, version, role, status, passwordHash, updatedAt } = user;
    const values = [userId, version, role, status, passwordHash, new Date(updatedAt)];
    const { rowCount } = await client.query(UPDATE, values);
    if (rowCount !== 1) throw new DomainError('USER_CHANGED', 'The user changed since you read it.');
  }
}

function fromRow(row: UserRow): User {
  return User.fromSnapshot({
    userId: row.user_id,
    tenantId: row.tenant_id,
    email: row.email,
    role: row.role,
    status: row.status,
    passwordHash: row.password_hash,
    version: row.version,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  });
}
