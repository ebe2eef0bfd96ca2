import type { AccountId } from '@sextant/kernel';
import type { OwnLimits } from '../domain/risk-limits.js';

/** The limits that accounts have of their own. */
export abstract class RiskLimitRepository {
  /** Null: the configured ones hold. */
  abstract load(accountId: AccountId): Promise<OwnLimits | null>;
}
