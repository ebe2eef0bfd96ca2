import type { OrderSnapshot } from '../domain/order-snapshot.js';
import type { ExecutionTools } from './owned-account.js';

/**
 * True while a tick and a lot of the order are what the venue counts in now. A venue may change its steps under an order
 * that waits here for weeks: the same numbers would then be another price and ten times the quantity.
 */
export function isOnItsGrid(
  { symbol, tickUnits, stepUnits }: Pick<OrderSnapshot, 'symbol' | 'tickUnits' | 'stepUnits'>,
  { markets }: Pick<ExecutionTools, 'markets'>,
): boolean {
  try {
    const now = markets.instrument(symbol);
    return now.tickUnits === tickUnits && now.stepUnits === stepUnits;
  } catch {
    // No such market any more: the venue says so.
    return true;
  }
}
