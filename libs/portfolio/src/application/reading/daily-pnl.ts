import { Symbol as MarketSymbol } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { parseLedgerAccount } from '../../domain/ledger/ledger-account.js';
import type { SqlReader } from './reservations.js';

/** Sums of one group in units. */
export interface PnlSums {
  key: string | null;
  asset: string;
  realized: bigint;
  unrealized: bigint | null;
  fees: bigint | null;
  funding: bigint;
}

interface DailySum {
  day: string;
  account: string;
  asset: string;
  units: string;
}

const DAILY = `
  SELECT to_char(t.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, p.account, p.asset, sum(p.amount)::text AS units
  FROM ledger_transaction t JOIN ledger_posting p USING (account_id, transaction_id)
  WHERE t.account_id = $1
    AND ($2::float8 IS NULL OR t.occurred_at >= to_timestamp($2 / 1000))
    AND ($3::float8 IS NULL OR t.occurred_at < to_timestamp($3 / 1000))
    AND split_part(p.account, ':', 1) IN ('realized', 'fee', 'fee-value', 'funding')
  GROUP BY day, p.account, p.asset ORDER BY day, p.asset`;

/** Result, fees and funding of each UTC day and settlement asset, summed from the ledger; days with none are absent. */
export async function readDailyPnl(
  reader: SqlReader,
  accountId: AccountId,
  from: EpochMs | null,
  to: EpochMs | null,
): Promise<PnlSums[]> {
  const days = new Map<string, PnlSums>();
  const foreign = new Map<string, bigint>();
  for (const { day, account, asset, units } of await reader.query<DailySum>(DAILY, [accountId, from, to])) {
    const { purpose, symbol } = parseLedgerAccount(account);
    const { quote } = MarketSymbol.parse(symbol!);
    const id = `${day} ${quote}`;
    const sums = days.get(id) ?? {
      key: day,
      asset: quote,
      realized: 0n,
      unrealized: null,
      fees: 0n,
      funding: 0n,
    };
    days.set(id, sums);
    if (asset !== quote) foreign.set(`${id} ${asset}`, (foreign.get(`${id} ${asset}`) ?? 0n) + BigInt(units));
    else if (purpose === 'realized') sums.realized -= BigInt(units);
    else if (purpose === 'funding') sums.funding -= BigInt(units);
    else sums.fees = (sums.fees ?? 0n) + BigInt(units);
  }
  // A fee in another asset and its fee-value cancel out; what is left of one was never valued.
  const unvalued = new Set(
    [...foreign].filter(([, units]) => units !== 0n).map(([id]) => id.split(' ', 2).join(' ')),
  );
  return [...days].map(([id, sums]) => (unvalued.has(id) ? { ...sums, fees: null } : sums));
}
