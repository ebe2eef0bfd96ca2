import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner, Idempotency, replay } from '@sextant/platform';
import type { Caller, RequestKey } from '../account/commands-of-account.js';
import { executionCommands } from './execution-commands.js';
import type { ExecutionResult } from './execution-commands.js';
import type { ExecutionRequest } from './execution-request.js';
import type { ExecutionView } from './execution-view.js';
import { HourlyVolumes } from './hourly-volumes.js';

/** Begins to work off a quantity in slices. The same key again answers what the first request was answered. */
export class StartExecution extends Command<ExecutionResult> {
  constructor(
    readonly accountId: AccountId,
    readonly payload: { request: ExecutionRequest; once: RequestKey; caller: Caller },
  ) {
    super();
  }
}

@CommandHandler(StartExecution)
export class StartExecutionHandler implements ICommandHandler<StartExecution> {
  constructor(
    private readonly owner: AccountOwner,
    private readonly idempotency: Idempotency,
    private readonly volumes: HourlyVolumes,
  ) {}

  execute({ accountId, payload }: StartExecution): Promise<ExecutionResult> {
    const { once, caller, request } = payload;
    return this.idempotency.alone({ ...once, tenantId: caller.tenantId }, async () => {
      const used =
        once.key === null ? null : await this.idempotency.find(caller.tenantId, once.route, once.key);
      if (used !== null) {
        const { status, body } = replay<ExecutionView>(used, once);
        return { status, execution: body, replayed: true };
      }
      const hourlyVolume = await this.volumes.neededBy(request, accountId, caller.tenantId);
      const body = { ...payload, hourlyVolume } as unknown as JsonValue;
      return (await this.owner.execute(accountId, executionCommands.start, body)) as ExecutionResult;
    });
  }
}
