import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import type { TenantId } from '@sextant/kernel';
import type { Cancel } from '@sextant/platform';
import { Component, Config, Database, deleteInBatches, Logger, Timers } from '@sextant/platform';
import { CredentialKeyGuard } from '../application/credential-key-guard.js';
import { FirstStart } from '../application/first-start.js';
import { KeyUsage } from '../application/key-usage.js';
import { TenantRepository } from '../domain/tenant-repository.js';

const USAGE_INTERVAL_MS = 15_000;
const CLEANING_INTERVAL_MS = 600_000;
/** Ended sessions are kept this long, so that a late token is recognised as one of theirs. */
const SESSION_KEPT_MS = 30 * 86_400_000;

/** Makes the first administrator, then keeps the tables of credentials current and small. */
@Injectable()
export class IdentityComponent extends Component {
  readonly name = 'identity';
  override readonly dependsOn = ['database'];
  private timers: Cancel[] = [];
  private firstKey: string | null = null;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly schedule: Timers,
    private readonly keyGuard: CredentialKeyGuard,
    private readonly firstStart: FirstStart,
    private readonly usage: KeyUsage,
    private readonly tenants: TenantRepository,
    private readonly logger: Logger,
  ) {
    super();
  }

  async start(): Promise<void> {
    await this.keyGuard.run();
    this.firstKey = await this.firstStart.run(this.config.get('auth.adminEmail') ?? 'admin@sextant.local');
    this.timers = [
      this.schedule.every(USAGE_INTERVAL_MS, () => this.kept(() => this.writeUsage())),
      this.schedule.every(CLEANING_INTERVAL_MS, () => this.kept(() => this.clean())),
    ];
  }

  async stop(): Promise<void> {
    for (const cancel of this.timers) cancel();
    this.timers = [];
    await this.kept(() => this.writeUsage());
  }

  /** The key of the first start; the second call answers null. */
  takeFirstKey(): string | null {
    const key = this.firstKey;
    this.firstKey = null;
    return key;
  }

  /** The tenant of the installation's first start. */
  firstTenant(): Promise<TenantId> {
    return this.tenants.first();
  }

  private async writeUsage(): Promise<void> {
    const used = this.usage.take();
    if (used.length === 0) return;
    await this.database.query(
      `UPDATE api_key k SET last_used_at = greatest(k.last_used_at, u.at)
       FROM unnest($1::text[], $2::timestamptz[]) AS u(key_id, at) WHERE k.key_id = u.key_id`,
      [used.map(({ keyId }) => keyId), used.map(({ at }) => new Date(at))],
    );
  }

  private async clean(): Promise<void> {
    const now = this.clock.now();
    await deleteInBatches(this.database, 'used_signature', 'until < $1', [new Date(now)]);
    const ended = new Date(now - SESSION_KEPT_MS);
    await deleteInBatches(this.database, 'session', 'expires_at < $1', [ended]);
  }

  /** What fails (an outage, a database that takes no writes) the next run does: no reason to end a process that trades. */
  private async kept(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn('The tables of credentials were not kept', { error });
    }
  }
}
