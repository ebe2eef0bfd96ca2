import type { Approval } from '@sextant/kernel';
import type { PreparedRequest } from '../../domain/channel/venue-answer.js';
import type { OutcomeCode } from '../../domain/outcome-codes.js';
import type { PlaceOrderRequest, VenueConditions, VenueFill, VenueOrder } from '../../domain/venue-order.js';
import type { AccountOrders } from './account-orders.js';
import { readFill } from './ccxt-orders.js';
import { UnreadableAnswer } from './exact-json.js';
import { fieldsOf, listOf } from './exact-values.js';
import type { Fields } from './exact-values.js';
import type { SessionParts } from './session-parts.js';
import type { CcxtInstrument } from './venue-profile.js';
import type { WireOrder } from './wire-order.js';
import { wireDifference } from './wire-check.js';

/** Why nothing leaves. */
export interface Withholding {
  code: OutcomeCode;
  detail: string;
}

/** What of a request the last look before bytes needs. */
type Terms = Pick<
  PlaceOrderRequest,
  'accountId' | 'orderId' | 'symbol' | 'side' | 'lots' | 'priceTicks' | 'attempt' | 'epoch' | 'isHeld'
> & { quoteUnits: bigint | null; conditions?: VenueConditions };

/**
 * Asked with the signed request in hand, as the last thing before bytes leave: is it what was asked, is it approved and in
 * time, is the account still ours. The approval is used up by the first request that could leave; prepared anew (another
 * endpoint), the same request passes again as long as the account is held.
 */
export function lastLook(
  parts: SessionParts,
  terms: Terms,
  approval: Approval,
  difference: (prepared: PreparedRequest) => string | null,
): (prepared: PreparedRequest) => Withholding | null {
  let redeemed = false;
  return (prepared) => {
    const different = difference(prepared);
    if (different !== null)
      return { code: 'REQUEST_REFUSED', detail: `the request was kept here: ${different}` };
    try {
      if (terms.accountId !== parts.accountId) throw new Error('the session is of another account');
      if (!redeemed) redeem(parts, terms, approval);
      redeemed = true;
    } catch (error) {
      return { code: 'APPROVAL_REFUSED', detail: (error as Error).message };
    }
    if (terms.isHeld()) return null;
    return { code: 'LEASE_LOST', detail: 'The account is not owned by this process any more.' };
  };
}

function redeem({ approvals, clock }: SessionParts, terms: Terms, approval: Approval): void {
  const { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch } = terms;
  const stopTicks = terms.conditions?.stopTicks ?? null;
  const named = { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, stopTicks, attempt, epoch };
  approvals.redeem(approval, named, clock.monotonicMs());
}

export function placementDifference(wire: WireOrder, parts: SessionParts) {
  const { wire: fields } = parts.profile;
  const where = typeof fields === 'function' ? fields(wire) : fields;
  return (prepared: PreparedRequest): string | null => wireDifference(prepared, wire, where);
}

/** Sends one placement and reads the answer. @throws whatever ends it; the client's record says what that means */
export async function sendPlacement(
  parts: SessionParts,
  orders: AccountOrders,
  wire: WireOrder,
  request: PlaceOrderRequest,
  entry: CcxtInstrument,
): Promise<{ order: VenueOrder; fills: VenueFill[] }> {
  const { venueOrderId, order } = await parts.profile.place(parts.client.exchange, wire);
  const { clientOrderId, side, lots, priceTicks } = request;
  const symbol = entry.instrument.symbol.toString();
  orders.known.note({ clientOrderId, venueOrderId, symbol });
  if (order === null) {
    const updatedAt = parts.client.venueNow();
    const nothingYet = { status: 'NEW' as const, filledLots: 0, cumulativeQuoteUnits: 0n };
    const acknowledged = { clientOrderId, venueOrderId, symbol, side, lots, priceTicks, updatedAt };
    return { order: { ...acknowledged, ...nothingYet }, fills: [] };
  }
  const read = orders.read(order, entry, clientOrderId);
  if (read.side !== side) throw new UnreadableAnswer('the answer is of the other side');
  return { order: read, fills: fillsIn(order, entry, read) };
}

/** The fills that an answer brings along; none unless they are the whole of what is filled: stream and list have them. */
function fillsIn(order: Fields, entry: CcxtInstrument, read: VenueOrder): VenueFill[] {
  try {
    const fills = listOf(order['trades'] ?? [], 'trades').map((trade) => {
      const own = { order: read.venueOrderId, side: order['side'], timestamp: read.updatedAt };
      return readFill({ ...fieldsOf(trade, 'trade'), ...own }, entry, read.clientOrderId);
    });
    const lots = fills.reduce((sum, fill) => sum + fill.lots, 0);
    return lots === read.filledLots ? fills : [];
  } catch {
    return [];
  }
}
