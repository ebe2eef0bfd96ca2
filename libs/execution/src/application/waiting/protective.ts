import type { OrderSnapshot } from '../../domain/order-snapshot.js';
import type { OwnedAccount } from '../account/owned-account.js';

const STOPS: ReadonlySet<string> = new Set(['STOP_MARKET', 'STOP_LIMIT', 'TRAILING_STOP_MARKET']);

/** True for an order that keeps a position from getting worse: reduce-only, a group's stop, a stop that closes. */
export function isProtective(order: OrderSnapshot, account: Pick<OwnedAccount, 'portfolio'>): boolean {
  const { conditions, type, side, symbol } = order;
  if (conditions === null) return false;
  if (conditions.reduceOnly || conditions.group?.leg === 'STOP_LOSS') return true;
  if (!STOPS.has(type)) return false;
  const { signedUnits } = account.portfolio.position(symbol);
  return side === 'SELL' ? signedUnits > 0n : signedUnits < 0n;
}

/** True for an order that waited here and has left. */
export function wasHeldHere({ progress }: OrderSnapshot): boolean {
  const state = progress?.trigger?.state;
  return state === 'TRIGGERED' || state === 'RELEASED';
}
