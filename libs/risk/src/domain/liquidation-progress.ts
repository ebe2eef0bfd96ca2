import type { AccountId, TenantId } from '@sextant/kernel';

/**
 * CANCELING: orders of the scope still live. CLOSING: market orders are on their way. FLAT: nothing is left but what is too
 * small to be sold. NEEDS_PERSON: it goes on trying, and will not get there alone.
 */
export type LiquidationState = 'CANCELING' | 'CLOSING' | 'FLAT' | 'NEEDS_PERSON';

/** How far a LIQUIDATE switch is with one account. */
export type LiquidationProgress = {
  switchId: string;
  /** Whose account it is: an operator's switch closes those of everybody. */
  tenantId: TenantId;
  accountId: AccountId;
  state: LiquidationState;
  /** Positions that are still open, decimal text. */
  remaining: { symbol: string; quantity: string }[];
  /** Orders of others that are still live. */
  liveOrders: number;
  /** Market orders sent for it so far. */
  closingOrders: number;
  /** What stands in the way, for people; null while nothing does. */
  detail: string | null;
};
