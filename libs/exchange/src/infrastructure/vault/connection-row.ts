import type { AccountId, TenantId } from '@sextant/kernel';
import { ExchangeConnection } from '../../domain/connections/exchange-connection.js';
import type {
  ConnectionId,
  ConnectionSnapshot,
  ConnectionStatus,
  CredentialId,
} from '../../domain/connections/exchange-connection.js';

/** A row of `exchange_connection`. */
export interface ConnectionRow {
  connection_id: ConnectionId;
  tenant_id: TenantId;
  account_id: AccountId;
  venue: string;
  label: string;
  status: ConnectionStatus;
  reason_code: string | null;
  reason_detail: string | null;
  endpoint: string | null;
  credential_id: CredentialId;
  key_hint: string;
  may_read: boolean | null;
  may_trade: boolean | null;
  may_withdraw: boolean | null;
  may_transfer: boolean | null;
  ip_restricted: boolean | null;
  account_identity: string | null;
  acknowledged_by: string | null;
  validated_at: Date;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export function snapshotOf(row: ConnectionRow): ConnectionSnapshot {
  const { reason_code: code, reason_detail: detail } = row;
  return {
    connectionId: row.connection_id,
    tenantId: row.tenant_id,
    accountId: row.account_id,
    venue: row.venue,
    label: row.label,
    status: row.status,
    reason: code === null || detail === null ? null : { code, detail },
    endpoint: row.endpoint,
    credentialId: row.credential_id,
    keyHint: row.key_hint,
    permissions: {
      read: row.may_read,
      trade: row.may_trade,
      withdraw: row.may_withdraw,
      transfer: row.may_transfer,
      ipRestricted: row.ip_restricted,
    },
    accountIdentity: row.account_identity,
    acknowledgedBy: row.acknowledged_by,
    validatedAt: row.validated_at.getTime(),
    version: row.version,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  };
}

export function connectionOf(row: ConnectionRow): ExchangeConnection {
  return ExchangeConnection.fromSnapshot(snapshotOf(row));
}

/** Column → value of everything that may change after the first save. */
export function changeableColumns(connection: Readonly<ConnectionSnapshot>): Record<string, unknown> {
  const { status, reason, credentialId, keyHint, permissions, acknowledgedBy } = connection;
  return {
    status,
    reason_code: reason?.code ?? null,
    reason_detail: reason?.detail ?? null,
    credential_id: credentialId,
    key_hint: keyHint,
    may_read: permissions.read,
    may_trade: permissions.trade,
    may_withdraw: permissions.withdraw,
    may_transfer: permissions.transfer,
    ip_restricted: permissions.ipRestricted,
    account_identity: connection.accountIdentity,
    acknowledged_by: acknowledgedBy,
    validated_at: new Date(connection.validatedAt),
    updated_at: new Date(connection.updatedAt),
  };
}
