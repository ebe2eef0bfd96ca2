import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { JsonObject } from '@sextant/contracts';
import { formatScaled } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { Database, pageOf } from '@sextant/platform';
import type { Page, PagedList, PageRequest } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { readLedger } from './ledger-rows.js';
import type { LedgerRow } from './ledger-rows.js';
import { readTenant } from '../reading/tenant-reads.js';

/** Each ledger is a list of its own: the key is the place in its chain. */
export function ledgerList(accountId: AccountId): PagedList {
  return { name: `ledger ${accountId}`, key: ['number'] };
}

/** A ledger transaction in full, with its link of the hash chain. Amounts are decimal text, debit positive. */
export interface LedgerEntryView {
  sequence: number;
  transactionId: string;
  kind: string;
  reference: string;
  occurredAt: EpochMs;
  postings: { account: string; asset: string; amount: string }[];
  memo: JsonObject;
  previousHash: string;
  hash: string;
}

/** In the order of the chain, from the first. */
export class ListLedgerEntries extends Query<Page<LedgerEntryView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListLedgerEntries)
export class ListLedgerEntriesHandler implements IQueryHandler<ListLedgerEntries> {
  constructor(private readonly database: Database) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  execute({ tenantId, accountId, page }: ListLedgerEntries): Promise<Page<LedgerEntryView>> {
    return readTenant(this.database, tenantId, async (reader) => {
      await resolveAccount(reader, accountId);
      const rows = await readLedger(reader, accountId, Number(page.after?.[0] ?? 0), page.limit + 1);
      return pageOf(rows, page, (row) => [row.chainSequence], ledgerEntryView);
    });
  }
}

export function ledgerEntryView({ chainSequence, postings, ...row }: LedgerRow): LedgerEntryView {
  return {
    ...row,
    sequence: chainSequence,
    postings: postings.map(({ account, asset, amount }) => ({
      account,
      asset,
      amount: formatScaled(amount),
    })),
  };
}
