import type { AccountId } from '@sextant/kernel';
import type { SqlReader } from '../reading/reservations.js';
import type { MarginSnapshot } from './account-margin.js';
import { tiersOf } from './margin-tables.js';
import type { MarginMode, StoredTier } from './margin-tables.js';

interface StoredMargin {
  account_id: AccountId;
  symbol: string;
  leverage: number;
  margin_mode: MarginMode;
  tiers: StoredTier[];
}

/** How one account holds its perpetuals. */
export async function readMargin(reader: SqlReader, accountId: AccountId): Promise<MarginSnapshot> {
  return (await readMargins(reader, [accountId])).get(accountId) ?? { hedged: false, markets: [] };
}

/** The same of several; accounts without any setting are absent. */
export async function readMargins(
  reader: SqlReader,
  accountIds: readonly AccountId[],
): Promise<Map<AccountId, MarginSnapshot>> {
  const settings = await reader.query<StoredMargin>(
    `SELECT account_id, symbol, leverage, margin_mode, tiers FROM margin_setting
     WHERE account_id = ANY ($1) ORDER BY account_id, symbol`,
    [accountIds],
  );
  const modes = await reader.query<{ account_id: AccountId; hedged: boolean }>(
    'SELECT account_id, hedged FROM position_mode WHERE account_id = ANY ($1)',
    [accountIds],
  );
  const margins = new Map<AccountId, MarginSnapshot>();
  const of = (accountId: AccountId): MarginSnapshot => {
    const margin = margins.get(accountId) ?? { hedged: false, markets: [] };
    margins.set(accountId, margin);
    return margin;
  };
  for (const { account_id, hedged } of modes) of(account_id).hedged = hedged;
  for (const { account_id, symbol, leverage, margin_mode: marginMode, tiers } of settings) {
    of(account_id).markets.push({ symbol, leverage, marginMode, tiers: tiersOf(tiers) });
  }
  return margins;
}
