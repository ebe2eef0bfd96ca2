import { DomainError } from '@sextant/kernel';
import type { Config } from '@sextant/platform';
import type { ConnectionSnapshot } from '../../domain/connections/exchange-connection.js';

const REFUSED = {
  code: 'CUSTOM_ENDPOINT_REFUSED',
  detail: 'Connections use the venue’s own addresses here: exchange.allowCustomEndpoints is off.',
};

/** Whether connections to this address may be used. It may change while connections are stored. */
export function isAllowed(endpoint: string | null, config: Config): boolean {
  return endpoint === null || config.get('exchange.allowCustomEndpoints');
}

/** @throws DomainError CUSTOM_ENDPOINT_REFUSED */
export function assertAllowed(endpoint: string | null, config: Config, context = {}): void {
  if (!isAllowed(endpoint, config)) throw new DomainError(REFUSED.code, REFUSED.detail, context);
}

/** As it counts now: one with an address that is not allowed is out of use for as long. */
export function asAllowed(connection: ConnectionSnapshot, config: Config): ConnectionSnapshot {
  if (connection.status === 'DISCONNECTED' || isAllowed(connection.endpoint, config)) return connection;
  return { ...connection, status: 'INVALID', reason: REFUSED };
}
