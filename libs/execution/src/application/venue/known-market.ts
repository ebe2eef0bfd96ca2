import type { ExecutionTools } from '../account/owned-account.js';

/** Whether the market is one that can be counted here. */
export function knows({ markets }: Pick<ExecutionTools, 'markets'>, symbol: string): boolean {
  try {
    markets.instrument(symbol);
    return true;
  } catch {
    return false;
  }
}
