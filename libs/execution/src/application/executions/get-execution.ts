import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { DomainError } from '@sextant/kernel';
import type { TenantId } from '@sextant/kernel';
import { ExecutionReads } from './execution-reads.js';
import type { ExecutionView } from './execution-view.js';

/** An execution with its slices. @throws DomainError EXECUTION_NOT_FOUND */
export class GetExecution extends Query<ExecutionView> {
  constructor(
    readonly tenantId: TenantId,
    readonly executionId: string,
  ) {
    super();
  }
}

@QueryHandler(GetExecution)
export class GetExecutionHandler implements IQueryHandler<GetExecution> {
  constructor(private readonly reads: ExecutionReads) {}

  async execute({ tenantId, executionId }: GetExecution): Promise<ExecutionView> {
    const stored = await this.reads.execution(tenantId, executionId);
    if (stored === null)
      throw new DomainError('EXECUTION_NOT_FOUND', `There is no execution ${executionId}.`);
    return this.reads.viewOf(stored);
  }
}
