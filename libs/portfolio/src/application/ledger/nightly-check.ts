import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { Component, Config, Database, Logger, Metrics, SystemLog, Timers } from '@sextant/platform';
import type { Cancel } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { readTenant } from '../reading/tenant-reads.js';
import { OwnedPortfolios } from '../state/owned-portfolios.js';
import { toldDifferences } from './compare-projections.js';
import { checkProjections } from './verify-projections.js';
import type { ProjectionCheck } from './verify-projections.js';

const LOOK_MS = 30_000;
const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000];

/**
 * Once a day each process folds the ledgers of the accounts it owns and compares them with the live tables. It repairs
 * nothing: a difference is a bug or somebody at the database, and a person is to see what stood there first.
 */
@Injectable()
export class NightlyCheck extends Component {
  readonly name = 'projection-check';
  override readonly dependsOn = ['database'];
  private end: Cancel = () => undefined;
  private checkedAt: EpochMs;

  constructor(
    private readonly owned: OwnedPortfolios,
    private readonly database: Database,
    private readonly log: SystemLog,
    private readonly metrics: Metrics,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    super();
    this.checkedAt = clock.now();
  }

  async start(): Promise<void> {
    this.end = this.timers.every(LOOK_MS, () => this.look());
  }

  async stop(): Promise<void> {
    this.end();
  }

  /** Checks when the time of day has come since the last check, or since the start. */
  async look(): Promise<void> {
    const at = this.config.get('portfolio.checkTime');
    const now = this.clock.now();
    if (at === null || lastTime(at, now) <= this.checkedAt) return;
    this.checkedAt = now;
    let differing = 0;
    for (const accountId of this.owned.accountIds()) differing += Number(!(await this.check(accountId)));
    this.metrics.set('portfolio_accounts_differing', {}, differing);
  }

  /** False only where something differs. What cannot be checked now is checked the next day: no reason to stop trading. */
  private async check(accountId: AccountId): Promise<boolean> {
    try {
      const result = await this.compare(accountId);
      if (result.equal) {
        this.metrics.increment('portfolio_checks_total', { outcome: 'EQUAL' });
        return true;
      }
      await this.tell(result);
      this.metrics.increment('portfolio_checks_total', { outcome: 'DIFFERENT' });
      return false;
    } catch (error) {
      this.metrics.increment('portfolio_checks_total', { outcome: 'FAILED' });
      this.logger.warn('Balances and positions could not be checked against the ledger', {
        accountId,
        error,
      });
      return true;
    }
  }

  private async compare(accountId: AccountId): Promise<ProjectionCheck> {
    const [row] = await this.database.query<{ tenant_id: TenantId }>(
      'SELECT tenant_id FROM account WHERE account_id = $1',
      [accountId],
    );
    if (row === undefined) throw new Error('The account is gone');
    return readTenant(this.database, row.tenant_id, async (reader) => {
      const { venue } = await resolveAccount(reader, accountId);
      return checkProjections(reader, accountId, venue);
    });
  }

  private async tell(check: ProjectionCheck): Promise<void> {
    const { accountId, entryCount } = check;
    const [first] = check.differences;
    this.logger.error('Balances or positions are not what the ledger gives', {
      accountId,
      differences: check.differences.length,
      first: `${first?.what}: ${first?.live}, by the ledger ${first?.ledger}`,
      hint: `'sextant verify --account ${accountId}', then 'sextant portfolio rebuild --account ${accountId}'`,
    });
    const payload = { accountId, entryCount, differences: toldDifferences(check) };
    await this.log.append([{ type: 'ProjectionsDiffer', payload, occurredAt: this.clock.now() }]);
  }
}

/** The last moment at which it was this time of day, UTC. */
function lastTime(time: string, now: EpochMs): EpochMs {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const today = now - (now % DAY_MS) + (hours * 60 + minutes) * MINUTE_MS;
  return today <= now ? today : today - DAY_MS;
}
