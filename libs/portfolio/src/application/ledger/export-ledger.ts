import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { readLedger } from './ledger-rows.js';
import type { LedgerRow } from './ledger-rows.js';
import { readTenant } from '../reading/tenant-reads.js';

/**
 * The ledger as NDJSON, for a check that shares nothing with the writer. The first line says what follows; each further
 * line is one entry: `previousHash` and `hash`, and under `entry` exactly what was hashed (amounts as integers of
 * 10^-18): hash = SHA-256 hex of previousHash, a line feed, and `entry` as JSON without blanks and with sorted keys.
 */
export class ExportLedger extends Query<AsyncGenerator<string>> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
  ) {
    super();
  }
}

const CHUNK = 1_000;

@QueryHandler(ExportLedger)
export class ExportLedgerHandler implements IQueryHandler<ExportLedger> {
  constructor(private readonly database: Database) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, before the first line */
  async execute({ tenantId, accountId }: ExportLedger): Promise<AsyncGenerator<string>> {
    const head = await readTenant(this.database, tenantId, async (reader) => {
      await resolveAccount(reader, accountId);
      const [stream] = await reader.query<{ ledger_seq: string; ledger_hash: string }>(
        'SELECT ledger_seq, ledger_hash FROM account_stream WHERE account_id = $1',
        [accountId],
      );
      return { entryCount: Number(stream?.ledger_seq ?? 0), chainHead: stream?.ledger_hash ?? null };
    });
    return this.lines(tenantId, accountId, head);
  }

  /** What is booked never changes, so each chunk may be read on its own; a slow reader holds nothing open. */
  private async *lines(
    tenantId: TenantId,
    accountId: AccountId,
    head: { entryCount: number; chainHead: string | null },
  ): AsyncGenerator<string> {
    yield line({ format: 'sextant-ledger', version: 1, accountId, ...head });
    for (let after = 0; after < head.entryCount;) {
      const limit = Math.min(CHUNK, head.entryCount - after);
      const rows = await readTenant(this.database, tenantId, (reader) =>
        readLedger(reader, accountId, after, limit),
      );
      if (rows.length === 0) return;
      for (const row of rows) yield line(exported(accountId, row));
      after = rows.at(-1)!.chainSequence;
    }
  }
}

function exported(accountId: AccountId, { previousHash, hash, postings, ...facts }: LedgerRow): object {
  const lines = postings.map(({ account, amount, asset }) => ({ account, amount: amount.toString(), asset }));
  return { previousHash, hash, entry: { accountId, ...facts, postings: lines } };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
