import type { Approval } from '@sextant/kernel';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { AmendOrderRequest } from '../../domain/venue-order.js';
import { venuePrice, venueQuantity } from './ccxt-markets.js';
import { lastLook } from './placement.js';
import type { Withholding } from './placement.js';
import type { SessionParts } from './session-parts.js';
import type { CcxtInstrument } from './venue-profile.js';
import { amendmentDifference } from './wire-check.js';
import type { OrderRef } from './wire-order.js';

interface Asked {
  request: AmendOrderRequest;
  approval: Approval;
  /** Why the session sends nothing any more; null while it does. */
  isOpen(): Withholding | null;
}

/** Sends one amendment of a resting order; what the order is then, a query tells. */
export function amendResting(
  parts: SessionParts,
  order: OrderRef,
  entry: CcxtInstrument,
  { request, approval, isOpen }: Asked,
): Promise<GatewayOutcome<void>> {
  const { profile, client, intent } = parts;
  const wire = {
    ...order,
    venueOrderId: request.venueOrderId,
    side: request.side === 'BUY' ? ('buy' as const) : ('sell' as const),
    quantity: venueQuantity(entry, request.lots),
    price: venuePrice(entry, request.priceTicks),
  };
  const look = lastLook(parts, { ...request, quoteUnits: null }, approval, (prepared) =>
    amendmentDifference(prepared, wire, profile.traits.amends),
  );
  return client.ask(
    {
      intent: intent('ENTRY', profile.traits.rateCosts.place, false),
      guard: (prepared) => isOpen() ?? look(prepared),
    },
    async () => {
      await profile.amend!(client.exchange, wire);
    },
  );
}
