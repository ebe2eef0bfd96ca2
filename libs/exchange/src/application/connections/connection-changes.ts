import { Injectable } from '@nestjs/common';
import type { TenantId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { Config, Idempotency, replay } from '@sextant/platform';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import type { Transaction } from '../../domain/connections/connection-event.js';
import { ConnectionRepository } from '../../domain/connections/connection-repository.js';
import type { ConnectionId, ExchangeConnection } from '../../domain/connections/exchange-connection.js';
import { KeyChecks } from './key-checks.js';
import { savedView } from './connection-view.js';
import type { ConnectionView } from './connection-view.js';
import { VaultCredentials } from './vault-credentials.js';

/** Which connection a request means, and as it was when the client read it. */
export interface ConnectionTarget {
  tenantId: TenantId;
  connectionId: ConnectionId;
  /** `If-Match`; null when the client did not say. */
  version: number | null;
}

/** Changes of a connection that a client asks for: once for a key, on the version it read, with the venue asked before. */
@Injectable()
export class ConnectionChanges {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly idempotency: Idempotency,
    private readonly checks: KeyChecks,
    private readonly credentials: VaultCredentials,
    private readonly config: Config,
  ) {}

  /**
   * Runs `ask` outside of any transaction, then `change` on the locked connection in the one that stores it.
   * @throws DomainError CONNECTION_NOT_FOUND, CONNECTION_CHANGED
   */
  async once<Asked>(
    target: ConnectionTarget,
    once: OnceRequest,
    ask: (connection: ExchangeConnection) => Promise<Asked>,
    change: (connection: ExchangeConnection, asked: Asked, within: Transaction) => Promise<void> | void,
  ): Promise<OnceAnswer<ConnectionView>> {
    const { tenantId, connectionId } = target;
    const before = once.key === null ? null : await this.idempotency.find(tenantId, once.route, once.key);
    if (before !== null) return replay(before, once);
    const read = this.asExpected(await this.connections.find(tenantId, connectionId), target);
    const asked = await ask(read);
    let after = read.snapshot;
    const answer = await this.idempotency.once(once, async (within) => {
      const locked = this.asExpected(await this.connections.find(tenantId, connectionId, within), target);
      if (locked.snapshot.credentialId !== read.snapshot.credentialId) throw changed();
      await change(locked, asked, within);
      await this.connections.save(locked, within);
      after = locked.snapshot;
      return { status: 200, body: savedView(locked.snapshot, this.config), resourceId: connectionId };
    });
    this.checks.alert(read.snapshot, after);
    this.credentials.forget(read.snapshot.accountId, read.snapshot.venue);
    return answer;
  }

  private asExpected(
    connection: ExchangeConnection | null,
    { version }: ConnectionTarget,
  ): ExchangeConnection {
    if (connection === null) {
      throw new DomainError('CONNECTION_NOT_FOUND', 'There is no exchange connection with this id.');
    }
    if (version !== null && version !== connection.snapshot.version)
      throw changed(connection.snapshot.version);
    return connection;
  }
}

function changed(version?: number): DomainError {
  const context = version === undefined ? {} : { version };
  return new DomainError('CONNECTION_CHANGED', 'The connection changed since you read it.', context);
}
