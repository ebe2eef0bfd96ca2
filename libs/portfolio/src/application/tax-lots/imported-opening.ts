import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import type { Database } from '@sextant/platform';
import { ownerAccount } from '../../domain/ledger/ledger-account.js';
import type { LotEntry } from '../../domain/lots/lot-changes.js';
import { epochMs } from '../reading/stored-rows.js';
import { IS_HISTORY } from '../ledger/ledger-rows.js';
import { readTenant } from '../reading/tenant-reads.js';

interface HeldBefore {
  asset: string;
  units: string;
  begun_at: EpochMs;
  seen_at: EpochMs;
  venue: string;
}

const HELD_BEFORE = `
  SELECT p.asset, (-sum(p.amount))::text AS units, a.venue,
    ${epochMs("min(t.occurred_at) FILTER (WHERE t.kind = 'FILL')", 'begun_at')},
    ${epochMs("coalesce(max(t.occurred_at) FILTER (WHERE t.kind = 'OPENING'), max(t.occurred_at))", 'seen_at')}
  FROM ledger_transaction t
  JOIN account a ON a.account_id = t.account_id
  JOIN ledger_posting p ON p.account_id = t.account_id AND p.transaction_id = t.transaction_id
    AND p.account LIKE 'external:%'
  WHERE t.account_id = $1 AND (t.kind = 'OPENING' OR ${IS_HISTORY}) GROUP BY p.asset, a.venue`;

/**
 * What an account whose history was imported held before it, in place of its OPENING, which contains that history: empty
 * for every other account. More that went out than came in left it by the time it was first seen.
 */
export async function importedOpening(
  database: Database,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<LotEntry[]> {
  const rows = await readTenant(database, tenantId, (reader) =>
    reader.query<HeldBefore>(HELD_BEFORE, [accountId]),
  );
  const begun = rows.map((row) => row.begun_at).filter((at) => at !== null);
  if (begun.length === 0) return [];
  const begunAt = Math.min(...begun);
  return rows
    .map(({ asset, units, seen_at, venue }): LotEntry => {
      const amount = BigInt(units);
      const came = amount >= 0n;
      return {
        ...{ transactionId: `opening:${asset}`, kind: came ? 'OPENING' : 'WITHDRAWAL' },
        ...{ occurredAt: came ? begunAt : seen_at, fill: null },
        postings: [
          { account: ownerAccount('wallet', venue), asset, amount },
          { account: ownerAccount('external', venue), asset, amount: -amount },
        ],
      };
    })
    .filter(({ postings }) => postings[0]!.amount !== 0n)
    .sort((a, b) => a.occurredAt - b.occurredAt);
}
