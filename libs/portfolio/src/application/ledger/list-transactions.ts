import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { JsonObject } from '@sextant/contracts';
import { formatScaled } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { Database, pageOf } from '@sextant/platform';
import type { Page, PagedList, PageRequest } from '@sextant/platform';
import type { LedgerKind } from '../../domain/ledger/plan-postings.js';
import { resolveAccount } from '../accounts/account-directory.js';
import type { SqlReader } from '../reading/reservations.js';
import { epochMs } from '../reading/stored-rows.js';
import { readTenant } from '../reading/tenant-reads.js';

/** Of one account, or of the tenant's default: the key is the place in the ledger's chain. */
export function transactionList(accountId: AccountId | null): PagedList {
  return { name: `transactions ${accountId ?? ''}`, key: ['number'] };
}

/** What moved the account's money, as its owner reads it: wallet changes without the counter-accounts. */
export interface TransactionView {
  accountId: AccountId;
  transactionId: string;
  kind: LedgerKind;
  reference: string;
  occurredAt: EpochMs;
  changes: { asset: string; amount: string }[];
  memo: JsonObject;
}

export interface TransactionFilter {
  kind: LedgerKind | null;
  asset: string | null;
  /** [from, to) by the venue's time. */
  from: EpochMs | null;
  to: EpochMs | null;
}

/** Newest first. */
export class ListTransactions extends Query<Page<TransactionView>> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId | null,
    readonly filter: TransactionFilter,
    readonly page: PageRequest,
  ) {
    super();
  }
}

interface StoredTransaction {
  chain_sequence: string;
  transaction_id: string;
  kind: LedgerKind;
  reference: string;
  occurred_at: EpochMs;
  memo: JsonObject;
  changes: [asset: string, amount: string][] | null;
}

// What an imported fill moved before the account was first seen stands on the external account; no other fill has that.
const MONEY = `(p.account LIKE 'wallet:%' OR (t.kind = 'FILL' AND p.account LIKE 'external:%'))`;

const SELECT = `
  SELECT t.chain_sequence, t.transaction_id, t.kind, t.reference, t.memo, ${epochMs('t.occurred_at', 'occurred_at')},
    (SELECT json_agg(json_build_array(p.asset, p.amount::text) ORDER BY p.line) FROM ledger_posting p
      WHERE p.account_id = t.account_id AND p.transaction_id = t.transaction_id AND ${MONEY}) AS changes
  FROM ledger_transaction t
  WHERE t.account_id = $1 AND ($2::bigint IS NULL OR t.chain_sequence < $2) AND ($3::text IS NULL OR t.kind = $3)
    AND ($4::float8 IS NULL OR t.occurred_at >= to_timestamp($4 / 1000))
    AND ($5::float8 IS NULL OR t.occurred_at < to_timestamp($5 / 1000))
    AND ($6::text IS NULL OR EXISTS (SELECT FROM ledger_posting p WHERE p.account_id = t.account_id
      AND p.transaction_id = t.transaction_id AND ${MONEY} AND p.asset = $6))
  ORDER BY t.chain_sequence DESC LIMIT $7`;

@QueryHandler(ListTransactions)
export class ListTransactionsHandler implements IQueryHandler<ListTransactions> {
  constructor(private readonly database: Database) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, ACCOUNT_REQUIRED */
  execute({ tenantId, accountId, filter, page }: ListTransactions): Promise<Page<TransactionView>> {
    return readTenant(this.database, tenantId, async (reader) => {
      const { account_id } = await resolveAccount(reader, accountId);
      const after = page.after === null ? null : Number(page.after[0]);
      const rows = await readTransactions(reader, account_id, filter, after, page.limit + 1);
      return pageOf(
        rows,
        page,
        (row) => [row.chainSequence],
        (row) => row.transaction,
      );
    });
  }
}

/** Those below a place in the chain (null: all), newest first, each with its place. */
export async function readTransactions(
  reader: SqlReader,
  accountId: AccountId,
  { kind, asset, from, to }: TransactionFilter,
  below: number | null,
  limit: number,
): Promise<{ chainSequence: number; transaction: TransactionView }[]> {
  const asked = [accountId, below, kind, from, to, asset, limit];
  const rows = await reader.query<StoredTransaction>(SELECT, asked);
  return rows.map((row) => ({
    chainSequence: Number(row.chain_sequence),
    transaction: view(accountId, row),
  }));
}

function view(accountId: AccountId, row: StoredTransaction): TransactionView {
  return {
    accountId,
    transactionId: row.transaction_id,
    kind: row.kind,
    reference: row.reference,
    occurredAt: row.occurred_at,
    changes: (row.changes ?? []).map(([asset, units]) => ({ asset, amount: formatScaled(BigInt(units)) })),
    memo: row.memo,
  };
}
