import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs } from '@sextant/kernel';
import type { LedgerEntry } from '../../domain/ledger/ledger-fold.js';
import { fillOfMemo } from '../../domain/ledger/ledger-memo.js';
import type { Posting } from '../../domain/ledger/posting.js';
import type { SqlReader } from '../reading/reservations.js';
import { epochMs } from '../reading/stored-rows.js';

/** One entry as a fold takes it, with its place. */
export interface PlacedEntry extends LedgerEntry {
  chainSequence: number;
}

interface FoldRow {
  chain_sequence: string;
  kind: string;
  occurred_at: EpochMs;
  memo: JsonObject | null;
  postings: string | null;
}

/** Names of the chart and assets have no control characters, so these part lines and fields. */
const [LINE, FIELD] = ['\u001e', '\u001f'];
const FIELDS = 3;

/** What a fold needs and nothing else: text is cheaper than JSON on both sides. */
const SELECT = `
  SELECT t.chain_sequence, t.kind, ${epochMs('t.occurred_at', 'occurred_at')}, p.postings,
    CASE WHEN t.kind IN ('FILL', 'LIQUIDATION', 'FEE') THEN t.memo END AS memo
  FROM ledger_transaction t
  CROSS JOIN LATERAL (
    SELECT string_agg(account || E'\\x1f' || asset || E'\\x1f' || amount, E'\\x1e' ORDER BY line) AS postings
    FROM ledger_posting WHERE account_id = t.account_id AND transaction_id = t.transaction_id) p
  WHERE t.account_id = $1 AND t.chain_sequence > $2 ORDER BY t.chain_sequence LIMIT $3`;

const CHUNK = 1_000;

/**
 * The entries of an account after a place in its chain, in chunks within the reader's one snapshot. The next chunk is on its way
 * while the last one is folded: memory holds two.
 */
export async function* foldRows(
  reader: SqlReader,
  accountId: AccountId,
  afterSequence: number,
): AsyncGenerator<PlacedEntry[]> {
  const read = (after: number) => reader.query<FoldRow>(SELECT, [accountId, after, CHUNK]);
  let next = read(afterSequence);
  for (;;) {
    const rows = await next;
    const last = rows.length < CHUNK;
    if (!last) next = read(Number(rows.at(-1)!.chain_sequence));
    // A reader that stops early leaves this one unawaited.
    next.catch(() => undefined);
    yield rows.map(placedEntry);
    if (last) return;
  }
}

function placedEntry({ chain_sequence, kind, occurred_at: at, memo, postings }: FoldRow): PlacedEntry {
  const told = memo === null ? null : fillOfMemo(memo, at);
  return {
    chainSequence: Number(chain_sequence),
    occurredAt: at,
    postings: postings === null ? [] : postings.split(LINE).map(readPosting),
    fill: kind === 'FEE' ? null : told,
    fee: kind === 'FEE' ? told : null,
  };
}

function readPosting(line: string): Posting {
  const [account, asset, amount] = line.split(FIELD, FIELDS) as [string, string, string];
  return { account, asset, amount: BigInt(amount) };
}
