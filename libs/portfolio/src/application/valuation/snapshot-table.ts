import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { accountTable } from '@sextant/platform';

/**
 * Why a point was taken: at 00:00 UTC, at another full hour, at another step of the interval, with a flow that was booked,
 * or because the account was taken over and its last point was old, or lacked a price that had come. The kind says how long it is kept.
 */
export type SnapshotKind = 'DAY' | 'HOUR' | 'INTERVAL' | 'FLOW' | 'START';

/** What an account was worth at one moment, in its reporting asset. Never changed. Amounts at scale 18. */
export interface SnapshotRow {
  account_id: AccountId;
  /** Later than that of every older row of the account. */
  taken_at: EpochMs;
  kind: SnapshotKind;
  /** Chain sequence of the last ledger transaction it contains: folding up to it gives the same totals. */
  ledger_sequence: number;
  asset: string;
  /** Null when something held had no usable price. */
  equity: bigint | null;
  /** Deposits − withdrawals ± transfers since the row before, as far as they could be valued by now. */
  flow: bigint;
  /** False when something held or moved could not be valued. */
  complete: boolean;
  /** Units by asset of the flows that wait for a price; they count in the first row that has one. */
  unvalued_flows: JsonObject;
  /** What was held and the prices it was valued by. */
  valuation: JsonObject;
  /** Price of the reporting asset, units at scale 18, in the other assets that equity is asked for in. */
  rates: JsonObject;
}

export const portfolioSnapshots = accountTable<SnapshotRow>({
  name: 'portfolio_snapshot',
  columns: {
    account_id: 'text',
    taken_at: 'timestamptz',
    kind: 'text',
    ledger_sequence: 'bigint',
    asset: 'text',
    equity: 'numeric',
    flow: 'numeric',
    complete: 'boolean',
    unvalued_flows: 'jsonb',
    valuation: 'jsonb',
    rates: 'jsonb',
  },
  key: ['account_id', 'taken_at'],
  mode: 'INSERT',
});
