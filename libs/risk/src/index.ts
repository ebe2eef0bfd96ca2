export { AccountRisk } from './domain/account-risk.js';
export type { AttemptTerms, OpenClaim, RiskDecision } from './domain/account-risk.js';
export type { AccountConditions, MarketView, OrderIntent, RiskFacts } from './domain/order-intent.js';
export { riskErrors } from './domain/risk-errors.js';
export { formatRiskLimits, parseRiskLimits } from './domain/risk-limits.js';
export type { RiskLimits, RiskLimitsText } from './domain/risk-limits.js';
export { baseUnits, notionalUnits } from './domain/rules.js';
export { riskRules } from './domain/verdict.js';
export type { ReservationClaim, RiskRule, Verdict } from './domain/verdict.js';
