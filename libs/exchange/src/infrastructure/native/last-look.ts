import type { AccountId, Approval, ApprovalCheck, Clock } from '@sextant/kernel';
import type { PlaceOrderRequest } from '../../domain/venue-order.js';
import type { Withholding } from './native-client.js';

/**
 * Asked with the signed request in hand, as the last thing before bytes leave: is it approved and in time, is the account
 * still ours. The approval is used up by the first request that could leave; prepared anew for another endpoint, the same
 * request passes again for as long as the account is held.
 */
export function lastLook(
  { approvals, clock, accountId: own }: { approvals: ApprovalCheck; clock: Clock; accountId: AccountId },
  request: PlaceOrderRequest,
  approval: Approval,
): () => Withholding | null {
  const { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch } = request;
  const stopTicks = request.conditions?.stopTicks ?? null;
  const terms = { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, stopTicks, attempt, epoch };
  let redeemed = false;
  return () => {
    try {
      if (accountId !== own) throw new Error('the session is of another account');
      if (!redeemed) approvals.redeem(approval, terms, clock.monotonicMs());
      redeemed = true;
    } catch (error) {
      return { code: 'APPROVAL_REFUSED', detail: (error as Error).message };
    }
    if (request.isHeld()) return null;
    return { code: 'LEASE_LOST', detail: 'The account is not owned by this process any more.' };
  };
}
