import { createApprovalAuthority } from '@sextant/kernel';
import type { AccountId, OrderId } from '@sextant/kernel';
import { ManualClock } from '@sextant/platform';
import type { PlaceOrderRequest } from '../../domain/venue-order.js';
import { lastLook } from './last-look.js';

const accountId = `acc_${'1'.repeat(32)}` as AccountId;

function make() {
  const { mint, check } = createApprovalAuthority();
  const clock = new ManualClock();
  const held = { now: true };
  const terms = {
    accountId,
    orderId: `ord_${'1'.repeat(32)}` as OrderId,
    symbol: 'BTC/USD',
    side: 'BUY' as const,
    lots: 5,
    quoteUnits: null,
    priceTicks: 7,
    attempt: 1,
    epoch: 1,
  };
  const request: PlaceOrderRequest = {
    ...terms,
    clientOrderId: terms.orderId,
    type: 'LIMIT',
    timeInForce: 'GTC',
    postOnly: false,
    isHeld: () => held.now,
  };
  const approval = mint.mint({ ...terms, deadlineMs: 1_000 });
  return { parts: { approvals: check, clock, accountId }, clock, held, request, approval };
}

it('lets the same request pass again when it is prepared anew, as long as the account is held', () => {
  const { parts, held, request, approval } = make();
  const look = lastLook(parts, request, approval);
  expect([look(), look()]).toEqual([null, null]);
  held.now = false;
  expect(look()?.code).toBe('LEASE_LOST');
});

it('uses the approval up, also for a caller that lost the account meanwhile', () => {
  const { parts, held, request, approval } = make();
  held.now = false;
  expect(lastLook(parts, request, approval)()?.code).toBe('LEASE_LOST');
  held.now = true;
  expect(lastLook(parts, request, approval)()?.code).toBe('APPROVAL_REFUSED');
});

it.each<[string, Partial<PlaceOrderRequest>, number]>([
  ['other terms', { lots: 6 }, 0],
  ['another account', { accountId: `acc_${'2'.repeat(32)}` as AccountId }, 0],
  ['a late one', {}, 1_001],
])('keeps a request with an approval for %s here', (_, change, elapsedMs) => {
  const { parts, clock, request, approval } = make();
  clock.advance(elapsedMs);
  expect(lastLook(parts, { ...request, ...change }, approval)()?.code).toBe('APPROVAL_REFUSED');
});
