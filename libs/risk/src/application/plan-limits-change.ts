import type { AccountId, EpochMs } from '@sextant/kernel';
import { write } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import type { AccountRisk } from '../domain/account-risk.js';
import { assertVersion } from '../domain/limits-change.js';
import { formatRiskLimits, parseRiskLimits } from '../domain/risk-limits.js';
import type { ChangeRiskLimitsPayload } from './change-risk-limits.js';
import { riskLimitRow, riskLimits } from './risk-limit-table.js';

/** Changes the limits in memory at once and returns what must be stored. @throws DomainError RISK_LIMITS_CHANGED */
export function changeLimits(
  accountId: AccountId,
  risk: AccountRisk,
  payload: ChangeRiskLimitsPayload,
  now: EpochMs,
): CommitPlan {
  if (payload.expectedVersion !== null) assertVersion(risk.limitsVersion, payload.expectedVersion);
  const before = formatRiskLimits(risk.limits);
  const own = { limits: parseRiskLimits(payload.limits), version: risk.limitsVersion + 1 };
  risk.changeLimits(own);
  const { actor, traceId } = payload;
  const change = { version: own.version, before: { ...before }, after: { ...formatRiskLimits(own.limits) } };
  return {
    rows: [write(riskLimits, riskLimitRow(accountId, own, now))],
    events: [{ type: 'RiskLimitsChanged', payload: change, occurredAt: now, actor, traceId }],
    ledger: [],
  };
}
