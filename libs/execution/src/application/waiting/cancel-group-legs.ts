import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import type { CancelOrderGroupPayload, CancelOrderGroupResult } from '../account/commands-of-account.js';
import { orderView } from '../requests/order-view.js';
import type { OwnedAccount } from '../account/owned-account.js';
import { sessionClosed } from '../account/session-closed.js';
import { unprotectedBy } from '../submission/unprotected-positions.js';

/** Cancels every leg of a group that lives. None: it had ended before. @throws DomainError ACCOUNT_SESSION_CLOSED */
export async function cancelGroupLegs(
  { groupId, caller, waitMs }: CancelOrderGroupPayload,
  account: OwnedAccount,
  cancelOrder: CancelLiveOrder,
): Promise<CancelOrderGroupResult> {
  const legs = account.orders
    .all()
    .filter(({ order }) => order.snapshot.conditions?.group?.groupId === groupId);
  const unprotected = unprotectedBy(legs, account);
  await Promise.all(legs.map((leg) => cancelOrder.cancel(leg, caller, waitMs)));
  if (account.closed) throw sessionClosed();
  return { orders: legs.map(({ order, stored }) => orderView(stored ?? order.snapshot)), unprotected };
}
