import { multiplyScaled, parseScaled } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { parseLedgerAccount } from '../../domain/ledger/ledger-account.js';
import type { LotEntry, ValueThen } from '../../domain/lots/lot-changes.js';
import type { SqlReader } from '../reading/reservations.js';

/** How old a price may be to stand for a moment: an account is valued at steps, and with every flow. */
const AGE_MS = 900_000;

interface WantedPrice {
  asset: string;
  at: EpochMs;
}

/** The last price by which the account's equity was valued before that moment, of each that is wanted. */
const PRICES = `
  SELECT w.asset, w.at, known.price
  FROM unnest($2::text[], $3::float8[]) w (asset, at)
  CROSS JOIN LATERAL (
    SELECT held ->> 'price' AS price
    FROM portfolio_snapshot s CROSS JOIN LATERAL jsonb_array_elements(s.valuation -> 'holdings') held
    WHERE s.account_id = $1 AND s.asset = $4 AND s.taken_at <= to_timestamp(w.at / 1000)
      AND s.taken_at > to_timestamp((w.at - ${AGE_MS}) / 1000)
      AND held ->> 'asset' = w.asset AND held ->> 'price' IS NOT NULL
    ORDER BY s.taken_at DESC LIMIT 1) known`;

/** What these transactions need to know of their time; where nobody knows, null. */
export async function readPastPrices(
  reader: SqlReader,
  accountId: AccountId,
  reporting: string,
  transactions: readonly LotEntry[],
): Promise<ValueThen> {
  const wanted = transactions.flatMap((transaction) => wantedPrices(transaction, reporting));
  const prices = new Map<string, bigint>();
  if (wanted.length > 0) {
    const [assets, times] = [wanted.map(({ asset }) => asset), wanted.map(({ at }) => at)];
    const rows = await reader.query<WantedPrice & { price: string }>(PRICES, [
      accountId,
      assets,
      times,
      reporting,
    ]);
    for (const { asset, at, price } of rows) prices.set(`${asset} ${at}`, parseScaled(price));
  }
  return (asset, units, at) => {
    if (asset === reporting || units === 0n) return units;
    const price = prices.get(`${asset} ${at}`);
    return price === undefined ? null : multiplyScaled(units, price);
  };
}

/** A fill of an imported history has the outside in place of the wallet. */
const MOVED: readonly string[] = ['wallet', 'external'];

/** A trade against the reporting asset says itself what it was worth; what came from outside is asked for no price. */
function wantedPrices({ kind, occurredAt: at, postings }: LotEntry, reporting: string): WantedPrice[] {
  if (kind === 'DEPOSIT' || kind === 'OPENING') return [];
  const accounts = postings.map(({ account, asset }) => ({ ...parseLedgerAccount(account), asset }));
  const moved = accounts.filter(({ purpose }) => MOVED.includes(purpose)).map(({ asset }) => asset);
  const charged = accounts.some(({ purpose, asset }) => purpose === 'fee' && asset !== reporting);
  const isValued = !charged || accounts.some(({ purpose }) => purpose === 'fee-value');
  if (moved.includes(reporting) && isValued) return [];
  return [...new Set(moved)].filter((asset) => asset !== reporting).map((asset) => ({ asset, at }));
}
