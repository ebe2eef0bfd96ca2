import type { AccountId, EpochMs } from '@sextant/kernel';
import type {
  ConnectionId,
  ConnectionSnapshot,
  ConnectionStatus,
} from '../../domain/connections/exchange-connection.js';
import type { KeyRights } from '../../domain/venue-credentials.js';

/** A connection as it is shown: all of it but what is in the vault. */
export type ConnectionView = {
  connectionId: ConnectionId;
  accountId: AccountId;
  venue: string;
  label: string;
  status: ConnectionStatus;
  reason: { code: string; detail: string } | null;
  /** Orders on LIVE accounts are not driven yet. */
  trading: { state: 'DISABLED'; code: string; detail: string };
  endpoint: string | null;
  keyHint: string;
  permissions: { [K in keyof KeyRights]: KeyRights[K] };
  acknowledgedBy: string | null;
  validatedAt: EpochMs;
  version: number;
  createdAt: EpochMs;
  updatedAt: EpochMs;
};

const TRADING = {
  state: 'DISABLED',
  code: 'LIVE_TRADING_DISABLED',
  detail: 'This release reads live accounts and places no orders on them.',
} as const;

export function connectionView(connection: Readonly<ConnectionSnapshot>): ConnectionView {
  const { tenantId: _tenant, credentialId: _credential, accountIdentity: _identity, ...shown } = connection;
  return { ...shown, permissions: { ...connection.permissions }, trading: TRADING };
}

/** As it is after the save of what was read at `connection.version`. */
export function savedView(connection: Readonly<ConnectionSnapshot>): ConnectionView {
  return connectionView({ ...connection, version: connection.version + 1 });
}
