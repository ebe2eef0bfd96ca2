import type { AccountId } from '@sextant/kernel';
import { readMargins } from '../margin/margin-reads.js';
import type { Valuation } from '../valuation/valuation.js';
import { contractViews } from './contract-view.js';
import type { ContractView } from './contract-view.js';
import type { HeldPosition } from './portfolio-reads.js';
import { readBalances } from './portfolio-reads.js';
import type { SqlReader } from './reservations.js';

/** What the account's open perpetuals say of margin, by `positionKey`. */
export async function readContracts(
  reader: SqlReader,
  accountId: AccountId,
  held: readonly HeldPosition[],
  valuation: Valuation,
): Promise<Map<string, ContractView>> {
  const own = held.filter((row) => row.accountId === accountId).map(({ position }) => position);
  if (!own.some(({ symbol, signedUnits }) => signedUnits !== 0n && isPerpetual(symbol))) return new Map();
  const settings = (await readMargins(reader, [accountId])).get(accountId) ?? { hedged: false, markets: [] };
  const totals = new Map(
    (await readBalances(reader, [accountId])).map(({ asset, totalUnits }) => [asset, totalUnits]),
  );
  return contractViews(
    own,
    settings,
    (asset) => totals.get(asset) ?? 0n,
    (symbol) => valuation.mark(symbol)?.priceUnits ?? null,
  );
}

function isPerpetual(symbol: string): boolean {
  return symbol.includes(':');
}
