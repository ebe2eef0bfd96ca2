import type { KillSwitch } from './kill-switch.js';
import type { LiquidationProgress } from './liquidation-progress.js';

/** The switches as one account sees them, at this moment. */
export interface AccountSwitches {
  /** The strictest that applies to an order of this market and strategy. */
  inForce(of: { symbol: string; strategy: string | null }): KillSwitch | null;
  /** All that are on and concern anything of the account. */
  on(): KillSwitch[];
  /** Version of the stored word about the account's own switch; 0 when there is none. */
  storedVersion(): number;
  /** How far a liquidation is; null when the account is given up, with all of them. */
  report(progress: LiquidationProgress | null): void;
  /** Called after each change, before anything else happens. Answers how to stop listening. */
  onChange(listener: () => void): () => void;
}

/** An account that no switch concerns: backtests, tools, tests. */
export const noSwitches: AccountSwitches = {
  inForce: () => null,
  on: () => [],
  storedVersion: () => 0,
  report: () => undefined,
  onChange: () => () => undefined,
};
