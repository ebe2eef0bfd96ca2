import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { readTenant } from '../reading/tenant-reads.js';
import { readTransactions } from './list-transactions.js';
import type { TransactionFilter, TransactionView } from './list-transactions.js';

/** Every transaction that the filter lets through, newest first. */
export class ExportTransactions extends Query<AsyncGenerator<TransactionView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
    readonly filter: TransactionFilter,
  ) {
    super();
  }
}

const CHUNK = 1_000;

@QueryHandler(ExportTransactions)
export class ExportTransactionsHandler implements IQueryHandler<ExportTransactions> {
  constructor(private readonly database: Database) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, ACCOUNT_REQUIRED, before the first of them */
  async execute({
    tenantId,
    accountId,
    filter,
  }: ExportTransactions): Promise<AsyncGenerator<TransactionView>> {
    const account = await readTenant(this.database, tenantId, (reader) => resolveAccount(reader, accountId));
    return this.all(tenantId, account.account_id, filter);
  }

  /** What is booked never changes, and older than the first chunk nothing is added: each may be read on its own. */
  private async *all(
    tenantId: TenantId,
    accountId: AccountId,
    filter: TransactionFilter,
  ): AsyncGenerator<TransactionView> {
    const chunkBelow = (place: number | null) =>
      readTenant(this.database, tenantId, (reader) =>
        readTransactions(reader, accountId, filter, place, CHUNK),
      );
    let before: number | null = null;
    for (;;) {
      const rows: Awaited<ReturnType<typeof chunkBelow>> = await chunkBelow(before);
      for (const { transaction } of rows) yield transaction;
      if (rows.length < CHUNK) return;
      before = rows.at(-1)!.chainSequence;
    }
  }
}
