import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs } from '@sextant/kernel';
import type { Posting } from '../../domain/ledger/posting.js';
import type { SqlReader } from '../reading/reservations.js';
import { epochMs } from '../reading/stored-rows.js';

/** One ledger transaction as it is stored, with its lines in order. */
export interface LedgerRow {
  chainSequence: number;
  transactionId: string;
  kind: string;
  reference: string;
  occurredAt: EpochMs;
  memo: JsonObject;
  previousHash: string;
  hash: string;
  postings: Posting[];
}

interface StoredLedgerRow {
  chain_sequence: string;
  transaction_id: string;
  kind: string;
  reference: string;
  occurred_at: EpochMs;
  memo: JsonObject;
  previous_hash: string;
  hash: string;
  postings: [account: string, asset: string, amount: string][] | null;
}

/** SQL: whether the transaction `t` is a fill of an imported history. Found by the index of references. */
export const IS_HISTORY = `(t.reference >= 'history:' AND t.reference < 'history;')`;

const COLUMNS = `
  SELECT t.chain_sequence, t.transaction_id, t.kind, t.reference, t.memo, t.previous_hash, t.hash,
    ${epochMs('t.occurred_at', 'occurred_at')}, p.postings
  FROM ledger_transaction t
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_array(account, asset, amount::text) ORDER BY line) AS postings
    FROM ledger_posting WHERE account_id = t.account_id AND transaction_id = t.transaction_id) p
`;
const SELECT = `${COLUMNS}
  WHERE t.account_id = $1 AND t.chain_sequence > $2 ORDER BY t.chain_sequence LIMIT $3`;
const BY_REFERENCE = `${COLUMNS}
  WHERE t.account_id = $1 AND t.reference = ANY ($2::text[]) ORDER BY t.chain_sequence`;

/** The ledger in the order of its chain, after a place in it. */
export async function readLedger(
  reader: SqlReader,
  accountId: AccountId,
  afterSequence: number,
  limit: number,
): Promise<LedgerRow[]> {
  const rows = await reader.query<StoredLedgerRow>(SELECT, [accountId, afterSequence, limit]);
  return rows.map(ledgerRow);
}

/** What was booked for these references, in the order of the chain. */
export async function readLedgerOf(
  reader: SqlReader,
  accountId: AccountId,
  references: readonly string[],
): Promise<LedgerRow[]> {
  if (references.length === 0) return [];
  const rows = await reader.query<StoredLedgerRow>(BY_REFERENCE, [accountId, references]);
  return rows.map(ledgerRow);
}

function ledgerRow(row: StoredLedgerRow): LedgerRow {
  return {
    chainSequence: Number(row.chain_sequence),
    transactionId: row.transaction_id,
    kind: row.kind,
    reference: row.reference,
    occurredAt: row.occurred_at,
    memo: row.memo,
    previousHash: row.previous_hash,
    hash: row.hash,
    postings: (row.postings ?? []).map(([account, asset, amount]) => ({
      account,
      asset,
      amount: BigInt(amount),
    })),
  };
}

const CHUNK = 2_000;

/** The whole ledger of an account, read in chunks within the reader's one snapshot. */
export async function* wholeLedger(reader: SqlReader, accountId: AccountId): AsyncGenerator<LedgerRow> {
  for (let after = 0; ;) {
    const rows = await readLedger(reader, accountId, after, CHUNK);
    yield* rows;
    if (rows.length < CHUNK) return;
    after = rows.at(-1)!.chainSequence;
  }
}
