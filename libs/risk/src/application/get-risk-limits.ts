import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { VersionedLimits } from '../domain/limits-change.js';
import { formatRiskLimits } from '../domain/risk-limits.js';
import { ConfiguredLimits } from './configured-limits.js';
import { ownLimitsOf } from './risk-limit-table.js';
import type { ReadRiskLimitRow } from './risk-limit-table.js';

/** The limits that hold for an account: its own, or at version 0 the configured ones. */
export class GetRiskLimits extends Query<VersionedLimits> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
  ) {
    super();
  }
}

@QueryHandler(GetRiskLimits)
export class GetRiskLimitsHandler implements IQueryHandler<GetRiskLimits> {
  constructor(
    private readonly database: Database,
    private readonly configured: ConfiguredLimits,
  ) {}

  async execute({ tenantId, accountId }: GetRiskLimits): Promise<VersionedLimits> {
    const rows = await this.database.read(tenantId, (manager) =>
      manager.query<ReadRiskLimitRow[]>('SELECT * FROM risk_limit WHERE account_id = $1', [accountId]),
    );
    if (rows[0] === undefined) return { limits: formatRiskLimits(this.configured.current()), version: 0 };
    const own = ownLimitsOf(rows[0]);
    return { limits: formatRiskLimits(own.limits), version: own.version };
  }
}
