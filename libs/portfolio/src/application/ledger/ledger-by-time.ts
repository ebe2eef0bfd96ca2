import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import type { Database } from '@sextant/platform';
import type { Posting } from '../../domain/ledger/posting.js';
import type { SqlReader } from '../reading/reservations.js';
import { epochMs } from '../reading/stored-rows.js';
import { readTenant } from '../reading/tenant-reads.js';

/** One ledger transaction without its place in the chain of hashes. */
export interface DatedTransaction {
  chainSequence: number;
  transactionId: string;
  kind: string;
  occurredAt: EpochMs;
  memo: JsonObject;
  postings: Posting[];
}

interface StoredTransaction {
  chain_sequence: string;
  transaction_id: string;
  kind: string;
  occurred_at: EpochMs;
  memo: JsonObject;
  postings: [account: string, asset: string, amount: string][] | null;
}

const CHUNK = 2_000;

const SELECT = `
  SELECT t.chain_sequence, t.transaction_id, t.kind, t.memo, ${epochMs('t.occurred_at', 'occurred_at')}, p.postings
  FROM ledger_transaction t
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_array(account, asset, amount::text) ORDER BY line) AS postings
    FROM ledger_posting WHERE account_id = t.account_id AND transaction_id = t.transaction_id) p
  WHERE t.account_id = $1 AND (t.occurred_at, t.chain_sequence) > (to_timestamp($2::float8 / 1000), $3::bigint)
    AND t.occurred_at < to_timestamp($4::float8 / 1000) AND t.chain_sequence <= $5
  ORDER BY t.occurred_at, t.chain_sequence LIMIT ${CHUNK}`;

/** Ends no ledger: 31 December 9999. */
export const END_OF_TIME = 253_402_214_400_000;

/**
 * An account's ledger "by the venue's execution time", which a late fill's place in the chain is not, up to a moment
 * (exclusive). What is booked never changes, and nothing past the head that was there at the beginning is read: so each chunk
 * may be read on its own, and a slow reader holds nothing open.
 */
export async function* ledgerByTime(
  database: Database,
  tenantId: TenantId,
  accountId: AccountId,
  until: EpochMs = END_OF_TIME,
): AsyncGenerator<DatedTransaction> {
  const head = await readTenant(database, tenantId, (reader) => readHead(reader, accountId));
  let after: readonly [EpochMs, number] = [0, 0];
  for (;;) {
    const [at, sequence] = after;
    const rows = await readTenant(database, tenantId, (reader) =>
      reader.query<StoredTransaction>(SELECT, [accountId, at, sequence, until, head]),
    );
    for (const row of rows) yield transactionOf(row);
    if (rows.length < CHUNK) return;
    const last = rows.at(-1)!;
    after = [last.occurred_at, Number(last.chain_sequence)];
  }
}

async function readHead(reader: SqlReader, accountId: AccountId): Promise<number> {
  const [stream] = await reader.query<{ ledger_seq: string }>(
    'SELECT ledger_seq FROM account_stream WHERE account_id = $1',
    [accountId],
  );
  return Number(stream?.ledger_seq ?? 0);
}

function transactionOf(row: StoredTransaction): DatedTransaction {
  return {
    chainSequence: Number(row.chain_sequence),
    transactionId: row.transaction_id,
    kind: row.kind,
    occurredAt: row.occurred_at,
    memo: row.memo,
    postings: (row.postings ?? []).map(([account, asset, amount]) => ({
      account,
      asset,
      amount: BigInt(amount),
    })),
  };
}
