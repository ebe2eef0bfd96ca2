import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Idempotency, Jobs } from '@sextant/platform';
import type { Job, OnceAnswer, OnceRequest } from '@sextant/platform';
import { AccountDirectory } from '../accounts/account-directory.js';
import { PORTFOLIO_IMPORT } from './import-history.js';

/** Starts the import of what a LIVE account traded before it was first seen. */
export class StartHistoryImport extends Command<OnceAnswer<Job>> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
    readonly actor: string,
    /** Only fills from then on; null: all that the venue still tells. */
    readonly from: number | null,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(StartHistoryImport)
export class StartHistoryImportHandler implements ICommandHandler<StartHistoryImport> {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly jobs: Jobs,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, ACCOUNT_REQUIRED, HISTORY_UNAVAILABLE, JOB_ALREADY_RUNNING, IDEMPOTENCY_… */
  async execute({ tenantId, accountId, actor, from, once }: StartHistoryImport): Promise<OnceAnswer<Job>> {
    const account = await this.directory.resolve(tenantId, accountId);
    if (account.kind !== 'LIVE') {
      throw new DomainError('HISTORY_UNAVAILABLE', 'A paper account has no history elsewhere.', {
        pointer: '/history',
      });
    }
    if (from !== null && from > this.clock.now()) {
      throw new DomainError('HISTORY_UNAVAILABLE', 'That time is yet to come: nothing was traded since.', {
        pointer: '/history/from',
      });
    }
    await this.jobs.ready();
    return this.idempotency.once(once, async (client) => {
      const { account_id } = account;
      const job = await this.jobs.start(client, {
        ...{ tenantId, kind: PORTFOLIO_IMPORT, actor, accountId: account_id, onlyOne: account_id },
        input: { from },
      });
      return { status: 202, body: job, resourceId: job.jobId };
    });
  }
}
