import { Injectable } from '@nestjs/common';
import type { AccountId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { RiskLimitRepository } from '../application/risk-limit-repository.js';
import { ownLimitsOf } from '../application/risk-limit-table.js';
import type { ReadRiskLimitRow } from '../application/risk-limit-table.js';
import type { OwnLimits } from '../domain/risk-limits.js';

@Injectable()
export class DatabaseRiskLimitRepository extends RiskLimitRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async load(accountId: AccountId): Promise<OwnLimits | null> {
    const rows = await this.database.query<ReadRiskLimitRow>(
      'SELECT * FROM risk_limit WHERE account_id = $1',
      [accountId],
    );
    return rows[0] === undefined ? null : ownLimitsOf(rows[0]);
  }
}
