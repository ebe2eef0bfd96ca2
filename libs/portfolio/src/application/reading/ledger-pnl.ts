import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { parseLedgerAccount } from '../../domain/ledger/ledger-account.js';
import type { PnlSums } from './pnl-sums.js';
import type { SqlReader } from './reservations.js';

/** [from, to) by the venue's execution time; null is open. */
export interface PnlRange {
  from: EpochMs | null;
  to: EpochMs | null;
}

/** Results of one market of one account, of one UTC day where days are asked for. */
export interface LedgerPnl {
  accountId: AccountId;
  day: string | null;
  symbol: string;
  sums: PnlSums;
}

interface LedgerSum {
  account_id: AccountId;
  day: string | null;
  account: string;
  asset: string;
  units: string;
}

/** Sums of the ledger's result accounts. */
const RESULTS = `
  SELECT t.account_id,
    CASE WHEN $4 THEN to_char(t.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') END AS day,
    p.account, p.asset, sum(p.amount)::text AS units
  FROM ledger_transaction t JOIN ledger_posting p USING (account_id, transaction_id)
  WHERE t.account_id = ANY ($1)
    AND ($2::float8 IS NULL OR t.occurred_at >= to_timestamp($2 / 1000))
    AND ($3::float8 IS NULL OR t.occurred_at < to_timestamp($3 / 1000))
    AND split_part(p.account, ':', 1) IN ('realized', 'fee', 'fee-value', 'funding')
  GROUP BY t.account_id, day, p.account, p.asset ORDER BY day, t.account_id, p.account, p.asset`;

/**
 * Result, fees and funding of each market, summed from the ledger; where nothing was booked there is no row. What is open is
 * worth something at a mark, and there is none of a past time: `unrealized` is null.
 */
export async function readLedgerPnl(
  reader: SqlReader,
  accountIds: readonly AccountId[],
  { from, to }: PnlRange,
  byDay: boolean,
): Promise<LedgerPnl[]> {
  const found = new Map<string, LedgerPnl>();
  const foreign = new Map<LedgerPnl, Map<string, bigint>>();
  for (const row of await reader.query<LedgerSum>(RESULTS, [accountIds, from, to, byDay])) {
    const { purpose, symbol } = parseLedgerAccount(row.account);
    const id = JSON.stringify([row.account_id, row.day, symbol]);
    const pnl = found.get(id) ?? emptyPnl(row, symbol!);
    found.set(id, pnl);
    if (row.asset === pnl.sums.asset) addTo(pnl.sums, purpose, BigInt(row.units));
    else addForeign(foreign, pnl, row);
  }
  // A fee in another asset and its fee-value cancel out; what is left of one was never valued.
  for (const [pnl, assets] of foreign) {
    if ([...assets.values()].some((units) => units !== 0n)) pnl.sums.fees = null;
  }
  return [...found.values()];
}

function emptyPnl({ account_id: accountId, day }: LedgerSum, symbol: string): LedgerPnl {
  const { settle, quote } = MarketSymbol.parse(symbol);
  const sums = { asset: settle ?? quote, realized: 0n, unrealized: null, fees: 0n, funding: 0n };
  return { accountId, day, symbol, sums };
}

function addTo(sums: PnlSums, purpose: string, units: bigint): void {
  if (purpose === 'realized') sums.realized -= units;
  else if (purpose === 'funding') sums.funding -= units;
  else sums.fees = (sums.fees ?? 0n) + units;
}

function addForeign(foreign: Map<LedgerPnl, Map<string, bigint>>, pnl: LedgerPnl, row: LedgerSum): void {
  const assets = foreign.get(pnl) ?? new Map<string, bigint>();
  foreign.set(pnl, assets.set(row.asset, (assets.get(row.asset) ?? 0n) + BigInt(row.units)));
}
