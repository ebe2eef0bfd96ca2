import type { AccountId, EpochMs } from '@sextant/kernel';
import { accountTable } from '@sextant/platform';
import type { OwnLimits } from '../domain/risk-limits.js';

/** The limits of one account; amounts and ratios at scale 18. */
export interface RiskLimitRow {
  account_id: AccountId;
  version: number;
  max_order_notional: bigint;
  max_position_notional: bigint;
  price_collar: bigint;
  max_orders_per_second: number;
  market_buffer: bigint;
  updated_at: EpochMs;
}

export const riskLimits = accountTable<RiskLimitRow>({
  name: 'risk_limit',
  columns: {
    account_id: 'text',
    version: 'int',
    max_order_notional: 'numeric',
    max_position_notional: 'numeric',
    price_collar: 'numeric',
    max_orders_per_second: 'int',
    market_buffer: 'numeric',
    updated_at: 'timestamptz',
  },
  key: ['account_id'],
  mode: 'UPSERT',
});

export function riskLimitRow(accountId: AccountId, own: OwnLimits, now: EpochMs): RiskLimitRow {
  const { limits, version } = own;
  return {
    account_id: accountId,
    version,
    max_order_notional: limits.maxOrderNotionalUnits,
    max_position_notional: limits.maxPositionNotionalUnits,
    price_collar: limits.priceCollarUnits,
    max_orders_per_second: limits.maxOrdersPerSecond,
    market_buffer: limits.marketBufferUnits,
    updated_at: now,
  };
}

/** As the driver reads it: wide integers as text. */
export type ReadRiskLimitRow = {
  [K in keyof RiskLimitRow]: RiskLimitRow[K] extends bigint ? string : RiskLimitRow[K];
};

export function ownLimitsOf(row: ReadRiskLimitRow): OwnLimits {
  return {
    version: row.version,
    limits: {
      maxOrderNotionalUnits: BigInt(row.max_order_notional),
      maxPositionNotionalUnits: BigInt(row.max_position_notional),
      priceCollarUnits: BigInt(row.price_collar),
      maxOrdersPerSecond: row.max_orders_per_second,
      marketBufferUnits: BigInt(row.market_buffer),
    },
  };
}
