import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import type { Transaction } from './connection-event.js';
import type { ConnectionId, ConnectionSnapshot, ExchangeConnection } from './exchange-connection.js';

/** A connection whose key has to be asked after. */
export interface DueCheck {
  tenantId: TenantId;
  connectionId: ConnectionId;
}

/** Whose connections, and where to. */
export type ConnectionPlace = Pick<ConnectionSnapshot, 'tenantId' | 'venue' | 'endpoint'>;

export abstract class ConnectionRepository {
  /** The tenant's connection, locked until the transaction ends when there is one. */
  abstract find(
    tenantId: TenantId,
    connectionId: ConnectionId,
    within?: Transaction,
  ): Promise<ExchangeConnection | null>;

  /** The connection of an account, whoever asks: for the platform itself. */
  abstract ofAccount(accountId: AccountId, venue: string): Promise<ExchangeConnection | null>;

  /**
   * The tenant's connections to the venue at this address that are not switched off. Within a transaction nobody else
   * looks for those of the tenant and venue until it ends: what it stores by them is not stored twice.
   */
  abstract switchedOn(place: ConnectionPlace, within?: Transaction): Promise<ExchangeConnection[]>;

  /** The addresses besides the venue's own that connections to it are stored with, whoever's they are. */
  abstract endpoints(venue: string): Promise<string[]>;

  /**
   * Writes the connection if it still has the version that was read, and its events.
   * @throws DomainError CONNECTION_EXISTS, CONNECTION_CHANGED
   */
  abstract save(connection: ExchangeConnection, within: Transaction): Promise<void>;

  /**
   * Connections without a verdict since `verdictBefore` that nobody tried since `triedBefore`; they count as tried from
   * now on, so that no other process takes them too. Those switched off are left out.
   */
  abstract claimDue(terms: {
    at: EpochMs;
    verdictBefore: EpochMs;
    triedBefore: EpochMs;
    limit: number;
  }): Promise<DueCheck[]>;
}
