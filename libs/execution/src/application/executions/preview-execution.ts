import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { JsonValue } from '@sextant/contracts';
import type { AccountId, TenantId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import { executionCommands } from './execution-commands.js';
import type { ExecutionRequest } from './execution-request.js';
import type { ExecutionPreview } from './executions.js';
import { HourlyVolumes } from './hourly-volumes.js';

/** The schedule of an execution and what risk says of it, without any effect. */
export class PreviewExecution extends Query<ExecutionPreview> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
    readonly request: ExecutionRequest,
  ) {
    super();
  }
}

@QueryHandler(PreviewExecution)
export class PreviewExecutionHandler implements IQueryHandler<PreviewExecution> {
  constructor(
    private readonly owner: AccountOwner,
    private readonly volumes: HourlyVolumes,
  ) {}

  async execute({ tenantId, accountId, request }: PreviewExecution): Promise<ExecutionPreview> {
    const hourlyVolume = await this.volumes.neededBy(request, accountId, tenantId);
    const body = { request, hourlyVolume } as unknown as JsonValue;
    return (await this.owner.execute(
      accountId,
      executionCommands.preview,
      body,
    )) as unknown as ExecutionPreview;
  }
}
