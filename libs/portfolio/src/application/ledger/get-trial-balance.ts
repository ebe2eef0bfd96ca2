import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock, formatScaled } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { readTenant } from '../reading/tenant-reads.js';

/** Every ledger account with what it holds of each asset; a sound ledger sums to zero in each. */
export interface TrialBalanceView {
  lines: { account: string; asset: string; balance: string }[];
  totals: { asset: string; total: string }[];
  balanced: boolean;
  asOf: EpochMs;
}

export class GetTrialBalance extends Query<TrialBalanceView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
  ) {
    super();
  }
}

@QueryHandler(GetTrialBalance)
export class GetTrialBalanceHandler implements IQueryHandler<GetTrialBalance> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  execute({ tenantId, accountId }: GetTrialBalance): Promise<TrialBalanceView> {
    return readTenant(this.database, tenantId, async (reader) => {
      const asOf = this.clock.now();
      await resolveAccount(reader, accountId);
      const rows = await reader.query<{ account: string; asset: string; units: string }>(
        `SELECT account, asset, sum(amount)::text AS units FROM ledger_posting
         WHERE account_id = $1 GROUP BY account, asset ORDER BY account, asset`,
        [accountId],
      );
      const totals = new Map<string, bigint>();
      for (const { asset, units } of rows) totals.set(asset, (totals.get(asset) ?? 0n) + BigInt(units));
      return {
        lines: rows.map(({ account, asset, units }) => ({
          account,
          asset,
          balance: formatScaled(BigInt(units)),
        })),
        totals: [...totals].sort().map(([asset, units]) => ({ asset, total: formatScaled(units) })),
        balanced: [...totals.values()].every((units) => units === 0n),
        asOf,
      };
    });
  }
}
