import type { AccountId, EpochMs } from '@sextant/kernel';
import type { Database } from '@sextant/platform';
import { OUTSIDE } from '../../domain/ledger/ledger-account.js';
import { epochMs } from '../reading/stored-rows.js';
import type { EquityTrace } from './equity-journal.js';

interface StoredTrace {
  ledger_seq: string;
  taken_at: EpochMs | null;
  ledger_sequence: string | null;
  unvalued_flows: Record<string, string> | null;
}

/** As the owner of the account, which nobody else writes: the reads need no common snapshot. */
export async function readEquityTrace(
  database: Pick<Database, 'query'>,
  accountId: AccountId,
): Promise<EquityTrace> {
  const [row] = await database.query<StoredTrace>(LAST_POINT, [accountId]);
  if (row === undefined) throw new Error(`${accountId} has no stream`);
  const flows = new Map<string, bigint>();
  const add = (asset: string, units: bigint) => flows.set(asset, (flows.get(asset) ?? 0n) + units);
  for (const [asset, units] of Object.entries(row.unvalued_flows ?? {})) add(asset, BigInt(units));
  if (row.ledger_sequence !== null) {
    // Points come in the commit of a flow; one that was booked by a version without them is not lost.
    const params = [accountId, row.ledger_sequence, OUTSIDE];
    for (const { asset, units } of await database.query<{ asset: string; units: string }>(
      LATER_FLOWS,
      params,
    )) {
      add(asset, BigInt(units));
    }
  }
  return { ledgerSequence: Number(row.ledger_seq), lastAt: row.taken_at, flows };
}

const LAST_POINT = `
  SELECT stream.ledger_seq, ${epochMs('last.taken_at', 'taken_at')}, last.ledger_sequence, last.unvalued_flows
  FROM account_stream stream
  LEFT JOIN LATERAL (
    SELECT taken_at, ledger_sequence, unvalued_flows FROM portfolio_snapshot
    WHERE account_id = stream.account_id ORDER BY taken_at DESC LIMIT 1) last ON true
  WHERE stream.account_id = $1`;

const LATER_FLOWS = `
  SELECT posting.asset, (-sum(posting.amount))::text AS units
  FROM ledger_transaction entry JOIN ledger_posting posting USING (account_id, transaction_id)
  WHERE entry.account_id = $1 AND entry.chain_sequence > $2 AND entry.kind <> 'FILL'
    AND split_part(posting.account, ':', 1) = ANY ($3)
  GROUP BY posting.asset`;
