import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import type { Position, PositionSide } from '../../domain/positions/position.js';
import type { AccountKind, AccountRow, AccountStatus } from '../accounts/account-tables.js';

/** A timestamp as epoch milliseconds, which is what the code works with. */
export function epochMs(column: string, as: string = column): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8 AS "${as}"`;
}

/** Rows as pg hands them out: `numeric` and `bigint` are text. */
export interface StoredAccount {
  account_id: AccountId;
  tenant_id: TenantId;
  name: string;
  kind: AccountKind;
  venue: string;
  reporting_asset: string;
  status: AccountStatus;
  created_at: EpochMs;
}

export const ACCOUNT_COLUMNS = `account_id, tenant_id, name, kind, venue, reporting_asset, status, ${epochMs('created_at')}`;

export function readAccount(row: StoredAccount): AccountRow {
  return { ...row };
}

export interface StoredPosition {
  symbol: string;
  position_side: PositionSide;
  signed_quantity: string;
  cost: string;
  realized_pnl: string;
  fees: string;
  unvalued_fee_count: number;
  funding: string;
  opened_at: EpochMs | null;
  updated_at: EpochMs;
}

export const POSITION_COLUMNS =
  'symbol, position_side, signed_quantity, cost, realized_pnl, fees, unvalued_fee_count, funding, ' +
  `${epochMs('opened_at')}, ${epochMs('updated_at')}`;

export function readPosition(row: StoredPosition): Position {
  return {
    symbol: row.symbol,
    positionSide: row.position_side,
    signedUnits: BigInt(row.signed_quantity),
    costUnits: BigInt(row.cost),
    realizedUnits: BigInt(row.realized_pnl),
    feeUnits: BigInt(row.fees),
    unvaluedFeeCount: row.unvalued_fee_count,
    fundingUnits: BigInt(row.funding),
    openedAt: row.opened_at,
    updatedAt: row.updated_at,
  };
}
