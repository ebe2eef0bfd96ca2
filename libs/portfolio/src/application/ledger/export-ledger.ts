import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { canonicalJson, Database, textHash } from '@sextant/platform';
import { resolveAccount } from '../accounts/account-directory.js';
import { readTenant } from '../reading/tenant-reads.js';
import { projectionLines } from './exported-projections.js';
import { readLedger } from './ledger-rows.js';
import type { LedgerRow } from './ledger-rows.js';

/**
 * The ledger as NDJSON, for a check that shares nothing with the writer. The first line says what follows; one line
 * for each entry has `previousHash`, `hash` and, under `entry`, the very bytes that were hashed: hash = SHA-256 hex of
 * previousHash, a line feed, and those bytes (JSON without blanks, keys sorted, amounts as integers of 10^-18). Then
 * what the live tables say of the account at that moment, a line for each balance and position, and a seal over
 * everything that is not in the chain.
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
      const projections = await projectionLines(reader, accountId);
      return {
        ...{ entryCount: Number(stream?.ledger_seq ?? 0), chainHead: stream?.ledger_hash ?? null },
        projections,
      };
    });
    return this.lines(tenantId, accountId, head);
  }

  /** What is booked never changes, so each chunk may be read on its own; a slow reader holds nothing open. */
  private async *lines(tenantId: TenantId, accountId: AccountId, head: Head): AsyncGenerator<string> {
    const { entryCount, chainHead, projections } = head;
    const first = line({ format: 'sextant-ledger', version: 2, accountId, entryCount, chainHead });
    yield first;
    for (let after = 0; after < entryCount;) {
      const limit = Math.min(CHUNK, entryCount - after);
      const rows = await readTenant(this.database, tenantId, (reader) =>
        readLedger(reader, accountId, after, limit),
      );
      if (rows.length === 0) return;
      yield rows.map((row) => exported(accountId, row)).join('');
      after = rows.at(-1)!.chainSequence;
    }
    const outside = projections.map(line);
    yield* outside;
    yield line({ seal: textHash([first, ...outside].join('')) });
  }
}

/** Everything of one moment: the end of the chain, and what the live tables say there. */
interface Head {
  entryCount: number;
  chainHead: string | null;
  projections: object[];
}

function exported(accountId: AccountId, { previousHash, hash, postings, ...facts }: LedgerRow): string {
  const lines = postings.map(({ account, amount, asset }) => ({ account, amount: amount.toString(), asset }));
  const entry = canonicalJson({ accountId, ...facts, postings: lines });
  return `{"previousHash":"${previousHash}","hash":"${hash}","entry":${entry}}\n`;
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
