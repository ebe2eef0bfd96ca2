import { Injectable } from '@nestjs/common';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { Database, SystemLog } from '@sextant/platform';
import type { PoolClient } from 'pg';
import { ConnectionRepository } from '../../domain/connections/connection-repository.js';
import type { ConnectionPlace, DueCheck } from '../../domain/connections/connection-repository.js';
import type { Transaction } from '../../domain/connections/connection-event.js';
import type { ConnectionId, ExchangeConnection } from '../../domain/connections/exchange-connection.js';
import type { ConnectionSnapshot } from '../../domain/connections/exchange-connection.js';
import { changeableColumns, connectionOf } from './connection-row.js';
import type { ConnectionRow } from './connection-row.js';
import { appendEvents, clientOf } from './transaction.js';

const OF_TENANT = 'SELECT * FROM exchange_connection WHERE tenant_id = $1 AND connection_id = $2';
const OF_ACCOUNT = {
  name: 'connection-of-account',
  text: 'SELECT * FROM exchange_connection WHERE account_id = $1 AND venue = $2',
};
const SWITCHED_ON = `SELECT * FROM exchange_connection
  WHERE tenant_id = $1 AND venue = $2 AND endpoint IS NOT DISTINCT FROM $3 AND status <> 'DISCONNECTED'
  ORDER BY connection_id`;
const ENDPOINTS =
  'SELECT DISTINCT endpoint FROM exchange_connection WHERE venue = $1 AND endpoint IS NOT NULL';
const ONE_AT_A_TIME = `SELECT pg_advisory_xact_lock(hashtextextended('exchange_connection ' || $1 || ' ' || $2, 0))`;
const CLAIM_DUE = `
  UPDATE exchange_connection SET check_tried_at = $1 WHERE connection_id IN (
    SELECT connection_id FROM exchange_connection
    WHERE status <> 'DISCONNECTED' AND validated_at <= $2 AND (check_tried_at IS NULL OR check_tried_at <= $3)
    ORDER BY validated_at LIMIT $4 FOR UPDATE SKIP LOCKED)
  RETURNING tenant_id, connection_id`;
const UNIQUE_VIOLATION = '23505';

@Injectable()
export class SqlConnectionRepository extends ConnectionRepository {
  constructor(
    private readonly database: Database,
    private readonly log: SystemLog,
  ) {
    super();
  }

  async find(
    tenantId: TenantId,
    connectionId: ConnectionId,
    within?: Transaction,
  ): Promise<ExchangeConnection | null> {
    const values = [tenantId, connectionId];
    const rows =
      within === undefined
        ? await this.database.query<ConnectionRow>(OF_TENANT, values)
        : (await clientOf(within).query<ConnectionRow>(`${OF_TENANT} FOR UPDATE`, values)).rows;
    return rows[0] === undefined ? null : connectionOf(rows[0]);
  }

  async ofAccount(accountId: AccountId, venue: string): Promise<ExchangeConnection | null> {
    const [row] = await this.database.query<ConnectionRow>(OF_ACCOUNT, [accountId, venue]);
    return row === undefined ? null : connectionOf(row);
  }

  async switchedOn(
    { tenantId, venue, endpoint }: ConnectionPlace,
    within?: Transaction,
  ): Promise<ExchangeConnection[]> {
    const values = [tenantId, venue, endpoint];
    if (within === undefined)
      return (await this.database.query<ConnectionRow>(SWITCHED_ON, values)).map(connectionOf);
    const client = clientOf(within);
    await client.query(ONE_AT_A_TIME, [tenantId, venue]);
    return (await client.query<ConnectionRow>(SWITCHED_ON, values)).rows.map(connectionOf);
  }

  async endpoints(venue: string): Promise<string[]> {
    const rows = await this.database.query<{ endpoint: string }>(ENDPOINTS, [venue]);
    return rows.map(({ endpoint }) => endpoint);
  }

  async save(connection: ExchangeConnection, within: Transaction): Promise<void> {
    const client = clientOf(within);
    const events = connection.pullEvents();
    if (connection.snapshot.version === 0) await insert(connection.snapshot, client);
    else await update(connection.snapshot, client);
    await appendEvents(this.log, events, client);
  }

  async claimDue(terms: {
    at: EpochMs;
    verdictBefore: EpochMs;
    triedBefore: EpochMs;
    limit: number;
  }): Promise<DueCheck[]> {
    const { at, verdictBefore, triedBefore, limit } = terms;
    const values = [new Date(at), new Date(verdictBefore), new Date(triedBefore), limit];
    const rows = await this.database.query<Pick<ConnectionRow, 'tenant_id' | 'connection_id'>>(
      CLAIM_DUE,
      values,
    );
    return rows.map((row) => ({ tenantId: row.tenant_id, connectionId: row.connection_id }));
  }
}

async function insert(connection: Readonly<ConnectionSnapshot>, client: PoolClient): Promise<void> {
  const columns = {
    connection_id: connection.connectionId,
    tenant_id: connection.tenantId,
    account_id: connection.accountId,
    venue: connection.venue,
    label: connection.label,
    endpoint: connection.endpoint,
    ...changeableColumns(connection),
    version: 1,
    created_at: new Date(connection.createdAt),
  };
  const names = Object.keys(columns);
  const places = names.map((_, index) => `$${index + 1}`);
  const sql = `INSERT INTO exchange_connection (${names.join(', ')}) VALUES (${places.join(', ')})`;
  try {
    await client.query(sql, Object.values(columns));
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code !== UNIQUE_VIOLATION || constraint !== 'exchange_connection_account') throw error;
    throw new DomainError(
      'CONNECTION_EXISTS',
      `The account ${connection.accountId} has a connection already.`,
      {
        pointer: '/accountId',
      },
    );
  }
}

async function update(connection: Readonly<ConnectionSnapshot>, client: PoolClient): Promise<void> {
  const columns = changeableColumns(connection);
  const settings = Object.keys(columns).map((name, index) => `${name} = $${index + 3}`);
  const { rowCount } = await client.query(
    `UPDATE exchange_connection SET ${settings.join(', ')}, version = version + 1
     WHERE connection_id = $1 AND version = $2`,
    [connection.connectionId, connection.version, ...Object.values(columns)],
  );
  if (rowCount === 1) return;
  throw new DomainError('CONNECTION_CHANGED', 'The connection was changed by another request.');
}
