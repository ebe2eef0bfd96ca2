import { Injectable } from '@nestjs/common';
import type { AccountId } from '@sextant/kernel';
import { Clock } from '@sextant/kernel';
import { Config, Database, Logger } from '@sextant/platform';
import { ConnectionRepository } from '../../domain/connections/connection-repository.js';
import type { DueCheck } from '../../domain/connections/connection-repository.js';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import type { ConnectionSnapshot } from '../../domain/connections/exchange-connection.js';
import type { PermissionFinding } from '../../domain/connections/permission-finding.js';
import { KeyChecks } from './key-checks.js';
import { VaultCredentials } from './vault-credentials.js';

const HOUR_MS = 3_600_000;
/** A venue that gave no verdict is asked again after this. */
const RETRY_MS = 15 * 60_000;
/** The check comes so much before its day is over, so that a retry still falls into it. */
const HEAD_START_MS = HOUR_MS / 2;
const CHECKS_A_ROUND = 20;
/** A complaint of a venue about a key is looked into at most this often. */
const COMPLAINT_PAUSE_MS = 30_000;

const SYSTEM = 'system';

/** What has to be done for connections without anybody asking: checks of keys, and the end of replaced ones. */
@Injectable()
export class ConnectionRound {
  private readonly complaints = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionRepository,
    private readonly vault: CredentialVault,
    private readonly checks: KeyChecks,
    private readonly credentials: VaultCredentials,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Several processes may run it: each connection is taken by one. */
  async run(): Promise<void> {
    this.credentials.dropUnused();
    await this.vault.retireDrained({ actor: SYSTEM, at: this.clock.now() });
    const at = this.clock.now();
    const intervalMs = this.config.get('exchange.permissionCheckHours') * HOUR_MS - HEAD_START_MS;
    const due = { at, verdictBefore: at - intervalMs, triedBefore: at - RETRY_MS, limit: CHECKS_A_ROUND };
    for (const check of await this.connections.claimDue(due)) await this.checkOne(check);
  }

  /** A venue refused a request for its key: asks it about the key, and takes the key out of use if that is so. */
  async complained(accountId: AccountId, venue: string): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    const key = `${accountId} ${venue}`;
    if (nowMs - (this.complaints.get(key) ?? -Infinity) < COMPLAINT_PAUSE_MS) return;
    this.complaints.set(key, nowMs);
    const connection = await this.connections.ofAccount(accountId, venue);
    if (connection !== null) await this.checkOne(connection.snapshot);
  }

  private async checkOne({ tenantId, connectionId }: DueCheck): Promise<void> {
    try {
      const connection = await this.connections.find(tenantId, connectionId);
      if (connection === null || connection.snapshot.status === 'DISCONNECTED') return;
      const { accountId, venue } = connection.snapshot;
      const finding = await this.checks.examine(connection.snapshot);
      if (finding.finding === 'UNDECIDED') {
        const { code, detail } = finding;
        this.logger.warn('A venue gave no verdict on a key', {
          connectionId,
          accountId,
          venue,
          code,
          detail,
        });
        return;
      }
      await this.record(connection.snapshot, finding);
      this.credentials.forget(accountId, venue);
    } catch (error) {
      // The next round does what this one could not: no reason to end a process that trades.
      this.logger.warn('A key could not be checked', { connectionId, error });
    }
  }

  private async record(examined: Readonly<ConnectionSnapshot>, finding: PermissionFinding): Promise<void> {
    const { tenantId, connectionId, credentialId } = examined;
    let after = examined;
    await this.database.transaction(async (within) => {
      const locked = await this.connections.find(tenantId, connectionId, within);
      // Rotated meanwhile: the finding is about a key that is not in use any more.
      if (locked === null || locked.snapshot.credentialId !== credentialId) return;
      locked.checked(finding, 'ROUND', { actor: SYSTEM, at: this.clock.now() });
      await this.connections.save(locked, within);
      after = locked.snapshot;
    });
    this.checks.alert(examined, after);
  }
}
