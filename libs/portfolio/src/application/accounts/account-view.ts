import type { AccountId, EpochMs } from '@sextant/kernel';
import type { AccountKind, AccountRow, AccountStatus } from './account-tables.js';

/** An account as it is shown. */
export type AccountView = {
  accountId: AccountId;
  name: string;
  kind: AccountKind;
  venue: string;
  reportingAsset: string;
  status: AccountStatus;
  createdAt: EpochMs;
};

export function accountView(row: AccountRow): AccountView {
  return {
    accountId: row.account_id,
    name: row.name,
    kind: row.kind,
    venue: row.venue,
    reportingAsset: row.reporting_asset,
    status: row.status,
    createdAt: row.created_at,
  };
}
