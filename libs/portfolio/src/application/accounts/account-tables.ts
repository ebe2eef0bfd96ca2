import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { accountTable } from '@sextant/platform';
import type { PositionSide } from '../../domain/positions/position.js';

export type AccountKind = 'PAPER' | 'LIVE';
export type AccountStatus = 'OPEN' | 'CLOSED';

/** A trading account at one venue. */
export interface AccountRow {
  account_id: AccountId;
  tenant_id: TenantId;
  name: string;
  kind: AccountKind;
  venue: string;
  /** What equity is stated in. */
  reporting_asset: string;
  status: AccountStatus;
  created_at: EpochMs;
}

/** What the account holds of an asset at scale 18. `locked` lives on the orders. */
export interface BalanceRow {
  account_id: AccountId;
  asset: string;
  total: bigint;
  updated_at: EpochMs;
}

/** The account's position in a market, in hedge mode one for each side; see `Position` in the domain for the fields. Amounts at scale 18. */
export interface PositionRow {
  account_id: AccountId;
  symbol: string;
  position_side: PositionSide;
  signed_quantity: bigint;
  cost: bigint;
  realized_pnl: bigint;
  fees: bigint;
  unvalued_fee_count: number;
  funding: bigint;
  opened_at: EpochMs | null;
  updated_at: EpochMs;
}

/** The same per strategy: virtual positions that sum to the account's. An empty text is "no strategy". */
export interface StrategyPositionRow extends PositionRow {
  strategy: string;
}

export const accounts = accountTable<AccountRow>({
  name: 'account',
  columns: {
    account_id: 'text',
    tenant_id: 'text',
    name: 'text',
    kind: 'text',
    venue: 'text',
    reporting_asset: 'text',
    status: 'text',
    created_at: 'timestamptz',
  },
  key: ['account_id'],
  mode: 'UPSERT',
});

export const balances = accountTable<BalanceRow>({
  name: 'balance',
  columns: { account_id: 'text', asset: 'text', total: 'numeric', updated_at: 'timestamptz' },
  key: ['account_id', 'asset'],
  mode: 'UPSERT',
});

const POSITION_COLUMNS = {
  account_id: 'text',
  symbol: 'text',
  position_side: 'text',
  signed_quantity: 'numeric',
  cost: 'numeric',
  realized_pnl: 'numeric',
  fees: 'numeric',
  unvalued_fee_count: 'int',
  funding: 'numeric',
  opened_at: 'timestamptz',
  updated_at: 'timestamptz',
} as const;

export const positions = accountTable<PositionRow>({
  name: 'position',
  columns: POSITION_COLUMNS,
  key: ['account_id', 'symbol', 'position_side'],
  mode: 'UPSERT',
});

export const strategyPositions = accountTable<StrategyPositionRow>({
  name: 'strategy_position',
  columns: { ...POSITION_COLUMNS, strategy: 'text' },
  key: ['account_id', 'symbol', 'position_side', 'strategy'],
  mode: 'UPSERT',
});
