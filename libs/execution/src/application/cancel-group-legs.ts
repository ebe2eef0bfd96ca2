import type { CancelLiveOrder } from './cancel-live-order.js';
import type { CancelOrderGroupPayload, CancelOrderGroupResult } from './commands-of-account.js';
import { orderView } from './order-view.js';
import type { OwnedAccount } from './owned-account.js';
import { sessionClosed } from './session-closed.js';
import { unprotectedBy } from './unprotected-positions.js';

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
