import { formatScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { isEntry } from '../../domain/order-group.js';
import type { GroupType, OrderSnapshot } from '../../domain/order-snapshot.js';
import { isTerminal } from '../../domain/order-status.js';
import { orderView } from './order-view.js';
import type { OrderView } from './order-view.js';

/** Orders that belong together, as others see them. Plain JSON. */
export type OrderGroupView = {
  id: string;
  accountId: string;
  type: GroupType;
  symbol: string;
  /** OPEN while one of its orders lives. */
  status: 'OPEN' | 'CLOSED';
  quantity: string;
  /** Base that the legs beside an entry have filled together. */
  filledQuantity: string;
  createdAt: EpochMs;
  updatedAt: EpochMs;
  /** Oldest first; a stop that was armed anew stands beside the one that it replaces. */
  orders: OrderView[];
};

/** Null for orders of which none is in a group. */
export function orderGroupView(legs: readonly OrderSnapshot[]): OrderGroupView | null {
  const [first] = legs;
  const group = first?.conditions?.group;
  if (first === undefined || !group) return null;
  const quantityOf = (lots: number) => formatScaled(BigInt(lots) * first.stepUnits);
  const filled = legs.reduce((sum, leg) => (isEntry(leg) ? sum : sum + leg.filledLots), 0);
  return {
    id: group.groupId,
    accountId: first.accountId,
    type: group.type,
    symbol: first.symbol,
    status: legs.every(({ status }) => isTerminal(status)) ? 'CLOSED' : 'OPEN',
    quantity: quantityOf(group.lots),
    filledQuantity: quantityOf(filled),
    createdAt: Math.min(...legs.map(({ createdAt }) => createdAt)),
    updatedAt: Math.max(...legs.map(({ updatedAt }) => updatedAt)),
    orders: legs.map(orderView),
  };
}
