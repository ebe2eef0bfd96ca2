import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import { AccountOwner, Idempotency, replay } from '@sextant/platform';
import { executionCommands } from './execution-commands.js';
import type { ChangeExecutionPayload, ExecutionResult } from './execution-commands.js';
import { ExecutionReads } from './execution-reads.js';
import type { ExecutionView } from './execution-view.js';

/**
 * Pauses, resumes or cancels an execution of the caller's tenant.
 * @throws DomainError EXECUTION_NOT_FOUND, EXECUTION_ALREADY_ENDED
 */
export class ChangeExecution extends Command<ExecutionResult> {
  constructor(readonly payload: ChangeExecutionPayload) {
    super();
  }
}

@CommandHandler(ChangeExecution)
export class ChangeExecutionHandler implements ICommandHandler<ChangeExecution> {
  constructor(
    private readonly owner: AccountOwner,
    private readonly idempotency: Idempotency,
    private readonly reads: ExecutionReads,
  ) {}

  execute({ payload }: ChangeExecution): Promise<ExecutionResult> {
    const { once, caller } = payload;
    return this.idempotency.alone({ ...once, tenantId: caller.tenantId }, async () => {
      const used =
        once.key === null ? null : await this.idempotency.find(caller.tenantId, once.route, once.key);
      if (used === null) return this.change(payload);
      const { status, body } = replay<ExecutionView>(used, once);
      return { status, execution: body, replayed: true };
    });
  }

  private async change(payload: ChangeExecutionPayload): Promise<ExecutionResult> {
    const { executionId, change, caller } = payload;
    const before = await this.reads.execution(caller.tenantId, executionId);
    if (before === null)
      throw new DomainError('EXECUTION_NOT_FOUND', `There is no execution ${executionId}.`);
    if (change === 'CANCEL' && before.execution.status === 'CANCELED') {
      return { status: 200, execution: this.reads.viewOf(before), replayed: false };
    }
    const { accountId } = before.execution;
    const body = payload as unknown as JsonValue;
    return (await this.owner.execute(accountId, executionCommands.change, body)) as ExecutionResult;
  }
}
