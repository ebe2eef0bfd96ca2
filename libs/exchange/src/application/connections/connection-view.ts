import type { AccountId, EpochMs } from '@sextant/kernel';
import type { Config } from '@sextant/platform';
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
  /** Whether new orders of the account go out, and why not. */
  trading: { state: 'ENABLED' | 'DISABLED'; code: string | null; detail: string };
  endpoint: string | null;
  keyHint: string;
  permissions: { [K in keyof KeyRights]: KeyRights[K] };
  acknowledgedBy: string | null;
  validatedAt: EpochMs;
  version: number;
  createdAt: EpochMs;
  updatedAt: EpochMs;
};

type Trading = ConnectionView['trading'];

/** Whether an order of this account would be looked at now. What risk, a kill switch or the venue say comes after. */
function tradingOf({ status }: Readonly<ConnectionSnapshot>, config: Config): Trading {
  if (!config.get('execution.liveTrading')) {
    const detail = 'This installation places no orders on live accounts: execution.liveTrading is off.';
    return { state: 'DISABLED', code: 'LIVE_TRADING_DISABLED', detail };
  }
  if (status === 'ACTIVE') return { state: 'ENABLED', code: null, detail: 'Orders of this account go out.' };
  const detail = `The connection is ${status}: no new order goes out.`;
  return { state: 'DISABLED', code: 'CONNECTION_NOT_ACTIVE', detail };
}

export function connectionView(connection: Readonly<ConnectionSnapshot>, config: Config): ConnectionView {
  const { tenantId: _tenant, credentialId: _credential, accountIdentity: _identity, ...shown } = connection;
  const trading = tradingOf(connection, config);
  return { ...shown, permissions: { ...connection.permissions }, trading };
}

/** As it is after the save of what was read at `connection.version`. */
export function savedView(connection: Readonly<ConnectionSnapshot>, config: Config): ConnectionView {
  return connectionView({ ...connection, version: connection.version + 1 }, config);
}
