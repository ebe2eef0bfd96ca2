import { formatScaled, parseScaled } from '@sextant/kernel';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { accountTable } from '@sextant/platform';
import type { MarginTier } from '../../domain/perpetuals/margin-tiers.js';

/** CROSS: positions share the wallet. ISOLATED: each answers with what was put aside for it. */
export type MarginMode = 'CROSS' | 'ISOLATED';

/** How an account holds the perpetuals of one market, as its venue said it last. */
export interface MarginSettingRow {
  account_id: AccountId;
  symbol: string;
  leverage: number;
  margin_mode: MarginMode;
  /** By floor, decimal text. */
  tiers: StoredTier[];
  updated_at: EpochMs;
}

export type StoredTier = {
  floor: string;
  maintenanceRate: string;
  deduction: string;
  maxLeverage: number;
};

/** Whether an account holds long and short apart. */
export interface PositionModeRow {
  account_id: AccountId;
  hedged: boolean;
  updated_at: EpochMs;
}

export const marginSettings = accountTable<MarginSettingRow>({
  name: 'margin_setting',
  columns: {
    account_id: 'text',
    symbol: 'text',
    leverage: 'int',
    margin_mode: 'text',
    tiers: 'jsonb',
    updated_at: 'timestamptz',
  },
  key: ['account_id', 'symbol'],
  mode: 'UPSERT',
});

export const positionModes = accountTable<PositionModeRow>({
  name: 'position_mode',
  columns: { account_id: 'text', hedged: 'boolean', updated_at: 'timestamptz' },
  key: ['account_id'],
  mode: 'UPSERT',
});

export function storedTiers(tiers: readonly MarginTier[]): StoredTier[] {
  return tiers.map(({ floorUnits, maintenanceRate, deductionUnits, maxLeverage }) => ({
    floor: formatScaled(floorUnits),
    maintenanceRate: formatScaled(maintenanceRate),
    deduction: formatScaled(deductionUnits),
    maxLeverage,
  }));
}

export function tiersOf(stored: readonly StoredTier[]): MarginTier[] {
  return stored.map(({ floor, maintenanceRate, deduction, maxLeverage }) => ({
    floorUnits: parseScaled(floor),
    maintenanceRate: parseScaled(maintenanceRate),
    deductionUnits: parseScaled(deduction),
    maxLeverage,
  }));
}
