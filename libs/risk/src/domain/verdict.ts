import type { JsonObject } from '@sextant/contracts';

/** The rules in the order in which they are asked. The first that fails gives the denial its code. */
export const riskRules = [
  'KILL_SWITCH',
  'LEASE_LOST',
  'ACCOUNT_NOT_RECONCILED',
  'CLOCK_UNSAFE',
  'MARKET_STALE',
  'ORDER_RATE',
  'PRICE_COLLAR',
  'MAX_ORDER_NOTIONAL',
  'MAX_POSITION_NOTIONAL',
  'INSUFFICIENT_BALANCE',
] as const;
export type RiskRule = (typeof riskRules)[number];

/** What one rule said, and what it said it about. Kept with the order. */
export interface Verdict {
  readonly rule: RiskRule;
  readonly passed: boolean;
  /** What the order would make of it, decimal text; null where the rule measures nothing. */
  readonly value: string | null;
  /** The limit that it was measured against, decimal text. */
  readonly limit: string | null;
  readonly inputs: JsonObject;
}

/** What an order would set aside. */
export interface ReservationClaim {
  readonly asset: string;
  /** 10^-18 */
  readonly units: bigint;
}
