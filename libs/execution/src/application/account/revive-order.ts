import { DomainError, formatScaled, Instrument } from '@sextant/kernel';
import type { OrderSnapshot } from '../../domain/order-snapshot.js';
import { Order } from '../../domain/order.js';
import type { LiveOrder, VenueIds } from './live-orders.js';
import type { StoredOrder } from './order-archive.js';
import type { ExecutionTools, OwnedAccount } from './owned-account.js';

/** A stored order as its account's owner keeps it. */
export function liveOrderOf(
  stored: StoredOrder,
  tools: Pick<ExecutionTools, 'clock' | 'markets'>,
): LiveOrder {
  return {
    order: Order.fromSnapshot(stored.order),
    instrument: instrumentOf(stored.order, tools),
    bodyHash: stored.bodyHash,
    fillKeys: new Set(stored.fillKeys),
    deadlineAt: stored.deadlineAt,
    // An earlier owner sends nothing once this one has the account.
    fencedFromMs: tools.clock.monotonicMs(),
    epoch: 0,
    sentIn: 0,
    awaited: null,
    stored: stored.order,
    hasRow: true,
    resolving: false,
    missing: null,
  };
}

/** The market of a stored order, also where the venue does not tell its markets now, or lists this one no more. */
function instrumentOf(order: OrderSnapshot, { markets }: Pick<ExecutionTools, 'markets'>): Instrument {
  try {
    return markets.instrument(order.symbol);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { venue, symbol, tickUnits, stepUnits } = order;
    const most = 10n ** 12n;
    return Instrument.load({
      venue,
      symbol,
      tickSize: formatScaled(tickUnits),
      stepSize: formatScaled(stepUnits),
      minPrice: formatScaled(tickUnits),
      maxPrice: formatScaled(tickUnits * most),
      minQuantity: formatScaled(stepUnits),
      maxQuantity: formatScaled(stepUnits * most),
      minNotional: '0',
      makerFeeRate: '0',
      takerFeeRate: '0',
    });
  }
}

/** Brings an order back that is no longer in memory because it closed long ago; nothing when there is none. */
export async function reviveOrder(
  ids: VenueIds,
  account: OwnedAccount,
  tools: Pick<ExecutionTools, 'archive' | 'clock' | 'markets'>,
): Promise<void> {
  const stored = await tools.archive.byVenueIds(account.row.account_id, ids);
  if (stored === null || account.orders.get(stored.order.orderId) !== undefined) return;
  account.orders.put(liveOrderOf(stored, tools));
}
