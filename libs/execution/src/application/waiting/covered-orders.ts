import { covers } from '@sextant/risk';
import type { KillSwitch } from '@sextant/risk';
import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import type { LiveOrder } from '../account/live-orders.js';
import type { OwnedAccount } from '../account/owned-account.js';

/** How long the end of cancelled orders is waited for. */
const ENDING_MS = 1_000;

/** Live orders that the switch is about, other than those of a liquidation. */
export function coveredOrders(word: KillSwitch, account: OwnedAccount): LiveOrder[] {
  const { tenant_id: tenantId, account_id: accountId, venue } = account.row;
  return account.orders.all().filter(({ order: { snapshot, isTerminal } }) => {
    const { symbol, strategy, clientOrderId } = snapshot;
    if (isTerminal || account.liquidations.has(clientOrderId)) return false;
    return covers(word, { tenantId, accountId, venue, symbol, strategy });
  });
}

/** Cancels those that are not being cancelled already; resolves when they have ended, or after a moment. */
export async function cancelAll(
  live: readonly LiveOrder[],
  { switchId, traceId }: KillSwitch,
  cancelOrder: CancelLiveOrder,
): Promise<void> {
  const cause = { actor: `kill-switch:${switchId}`, traceId };
  const isUnderWay = ({ order }: LiveOrder) =>
    order.snapshot.status === 'PENDING_CANCEL' && order.snapshot.pending?.outcome === 'IN_FLIGHT';
  const due = live.filter((entry) => !isUnderWay(entry));
  await Promise.all(due.map((entry) => cancelOrder.cancel(entry, cause, ENDING_MS)));
}
