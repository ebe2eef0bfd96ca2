import { deepEqual, equal } from 'node:assert/strict';
import type { Approval } from '@sextant/kernel';
import type { AmendOrderRequest, VenueOrder } from '../domain/venue-order.js';
import type { ConformanceCase } from './conformance-case.js';
import { assertNotSent, assertUnknown, termsOf, valueOf } from './conformance-world.js';
import type { ConformanceWorld } from './conformance-world.js';

const amendsNone: ConformanceCase['lacks'] = ({ amends }) =>
  amends === undefined ? 'amendment of its own' : null;

/** Changes of resting orders by the venue itself. */
export const amendCases: readonly ConformanceCase[] = [
  {
    name: 'a resting order is amended as far as the traits say, and keeps both its ids',
    lacks: amendsNone,
    async run(world) {
      const { session, eventually } = world;
      const { order, change } = await restingWithChange(world);
      const approval = approve(world, change);
      valueOf(await session.amend!(change, approval));
      const amended = await eventually('the new terms hold', async () => {
        const now = await orderNow(world, change);
        return now?.lots === change.lots && now.priceTicks === change.priceTicks ? now : null;
      });
      deepEqual(
        [amended.venueOrderId, amended.clientOrderId],
        [order.venueOrderId, order.clientOrderId],
        'its ids',
      );
      assertNotSent(await session.amend!(change, approval), 'an approval used before');
      valueOf(await session.cancel(change.clientOrderId, change.symbol));
    },
  },
  {
    name: 'an amendment that the venue cannot make is not sent',
    lacks: ({ amends }) =>
      amends === undefined
        ? 'amendment of its own'
        : amends.price && amends.quantity === 'UP_AND_DOWN'
          ? 'term that it cannot amend'
          : null,
    async run(world) {
      const { session } = world;
      const { order, change } = await restingWithChange(world);
      const from = { lots: order.lots!, priceTicks: order.priceTicks! };
      const impossible = [
        ...(session.traits.amends!.price ? [] : [{ ...change, priceTicks: from.priceTicks - 1 }]),
        { ...change, lots: from.lots + 1 },
      ];
      for (const wanted of impossible)
        assertNotSent(await session.amend!(wanted, approve(world, wanted)), 'beyond the traits');
      const now = await orderNow(world, change);
      deepEqual({ lots: now?.lots, priceTicks: now?.priceTicks }, from);
      valueOf(await session.cancel(change.clientOrderId, change.symbol));
    },
  },
  {
    name: 'an amendment that is lost is unknown, and a query tells the old terms or the new ones',
    provokes: true,
    needs: 'loseNext',
    lacks: amendsNone,
    async run(world) {
      const { session, loseNext } = world;
      for (const when of ['BEFORE', 'AFTER'] as const) {
        const { order, change } = await restingWithChange(world);
        loseNext!('AMEND', when);
        assertUnknown(await session.amend!(change, approve(world, change)), `lost ${when}`);
        const now = await orderNow(world, change);
        equal(now?.venueOrderId, order.venueOrderId);
        const { lots, priceTicks } = when === 'AFTER' ? change : order;
        deepEqual([now?.status, now?.lots, now?.priceTicks], ['NEW', lots, priceTicks], `lost ${when}`);
        valueOf(await session.cancel(change.clientOrderId, change.symbol));
      }
    },
  },
];

/** An order that rests, and new terms for it that the venue can give it. */
async function restingWithChange(
  world: ConformanceWorld,
): Promise<{ order: VenueOrder; change: AmendOrderRequest }> {
  const { request, send, session, bestBidTicks, lots } = world;
  const { amends } = session.traits;
  const wanted = request({ priceTicks: bestBidTicks - 1, lots });
  const order = valueOf(await send(wanted));
  const change = {
    accountId: wanted.accountId,
    orderId: wanted.orderId,
    clientOrderId: wanted.clientOrderId,
    venueOrderId: order.venueOrderId,
    symbol: wanted.symbol,
    side: wanted.side,
    lots: amends!.quantity === 'DOWN' ? lots - 1 : lots + 1,
    priceTicks: amends!.price ? bestBidTicks - 2 : bestBidTicks - 1,
    from: { lots, priceTicks: bestBidTicks - 1 },
    attempt: 2,
    epoch: wanted.epoch,
    isHeld: () => true,
  };
  return { order, change };
}

function approve({ mint, request }: ConformanceWorld, change: AmendOrderRequest): Approval {
  const { orderId, side, lots, priceTicks, attempt, epoch } = change;
  const terms = termsOf(request({ orderId, side, lots, priceTicks, attempt, epoch }));
  return mint.mint({ ...terms, deadlineMs: Infinity });
}

async function orderNow(
  { session }: ConformanceWorld,
  { clientOrderId, symbol }: AmendOrderRequest,
): Promise<VenueOrder | null> {
  return valueOf(await session.orderByClientId(clientOrderId, symbol));
}
