import { DomainError } from '@sextant/kernel';
import type { RiskLimitsText } from './risk-limits.js';

/** An account's limits with the version that a change of them names. 0: it has none of its own. */
export type VersionedLimits = { limits: RiskLimitsText; version: number };

/** @throws DomainError RISK_LIMITS_CHANGED when somebody else changed them in between */
export function assertVersion(current: number, expected: number): void {
  if (current === expected) return;
  throw new DomainError('RISK_LIMITS_CHANGED', `The limits are at version ${current}, not ${expected}.`, {
    version: current,
  });
}
