import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import type { SqlReader } from '../reading/reservations.js';
import { readTenant } from '../reading/tenant-reads.js';
import { wrongRows } from './compare-projections.js';
import type { ProjectionDifference, WrongRow } from './compare-projections.js';
import { FoldedLedger } from './folded-ledger.js';
import { liveProjections } from './projections.js';

export interface ProjectionCheck {
  accountId: AccountId;
  entryCount: number;
  equal: boolean;
  differences: ProjectionDifference[];
}

/** Rebuilds balances, positions and P&L from the ledger alone and compares them with the live tables, digit by digit. */
export class VerifyProjections extends Query<ProjectionCheck> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
  ) {
    super();
  }
}

@QueryHandler(VerifyProjections)
export class VerifyProjectionsHandler implements IQueryHandler<VerifyProjections> {
  constructor(private readonly database: Database) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  execute({ tenantId, accountId }: VerifyProjections): Promise<ProjectionCheck> {
    return readTenant(this.database, tenantId, async (reader) => {
      const { venue } = await resolveAccount(reader, accountId);
      return checkProjections(reader, accountId, venue);
    });
  }
}

/** The same on a reader that already sees the account. */
export async function checkProjections(
  reader: SqlReader,
  accountId: AccountId,
  venue: string,
): Promise<ProjectionCheck> {
  const folded = new FoldedLedger(accountId, venue);
  await folded.advance(reader);
  return projectionCheck(folded, wrongRows(folded.snapshot, await liveProjections(reader, accountId)));
}

export function projectionCheck(folded: FoldedLedger, wrong: readonly WrongRow[]): ProjectionCheck {
  const differences = wrong.flatMap((row) => row.differences);
  const { accountId, entryCount } = folded;
  return { accountId, entryCount, equal: differences.length === 0, differences };
}
