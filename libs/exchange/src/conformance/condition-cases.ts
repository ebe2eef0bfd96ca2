import { deepEqual, equal, ok } from 'node:assert/strict';
import type { VenueTraits } from '../domain/venue-traits.js';
import type { ConformanceCase } from './conformance-case.js';
import { CONDITIONAL, conditionalBuy, conditionalsOf } from './conditional-requests.js';
import type { ConditionalType } from './conditional-requests.js';
import { allFills, assertUnknown, clientIdOf, lotsOf, valueOf } from './conformance-world.js';
import type { ConformanceWorld } from './conformance-world.js';

const watchesNone = (traits: VenueTraits) => (conditionalsOf(traits).length > 0 ? null : 'triggers');

/** Orders whose trigger the venue watches. */
export const conditionCases: readonly ConformanceCase[] = [
  ...CONDITIONAL.map(triggeredCase),
  {
    name: 'a conditional order waits, is found and open, and is canceled untriggered',
    lacks: watchesNone,
    async run(world) {
      const { session, send, instrument } = world;
      const before = valueOf(await session.balances());
      for (const type of conditionalsOf(session.traits)) {
        const { wanted } = conditionalBuy(world, type);
        const { venueOrderId } = valueOf(await send(wanted));
        await waits(world, wanted.clientOrderId, venueOrderId);
        const canceled = valueOf(await session.cancel(wanted.clientOrderId, wanted.symbol));
        deepEqual(
          [canceled.status, canceled.filledLots, canceled.clientOrderId, canceled.venueOrderId],
          ['CANCELED', 0, wanted.clientOrderId, venueOrderId],
        );
        const now = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
        equal(now?.status, 'CANCELED');
        await untilTold(world, wanted.clientOrderId, 'CANCELED');
      }
      const after = valueOf(await session.balances());
      if (!instrument.symbol.isPerpetual) deepEqual(after, before, 'balances are as before');
    },
  },
  {
    name: 'a conditional order whose trigger the market is beyond is refused, or triggered at once',
    trades: true,
    needs: 'moveTo',
    lacks: (traits) => (traits.orderTypes.includes('STOP_MARKET') ? null : 'STOP_MARKET'),
    async run(world) {
      const { session, send, moveTo, bestAskTicks, eventually } = world;
      await moveTo!(bestAskTicks);
      const { wanted } = conditionalBuy(world, 'STOP_MARKET');
      const conditions = { ...wanted.conditions!, stopTicks: bestAskTicks - 10 };
      const answer = await send({ ...wanted, conditions });
      const now = async () => valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
      if (answer.outcome === 'CONFIRMED')
        return void (await eventually('it is FILLED', async () => (await now())?.status === 'FILLED'));
      equal(answer.outcome, 'REFUSED');
      equal(answer.reason.code, 'WOULD_TRIGGER');
      equal(await now(), null);
    },
  },
  ...CONDITIONAL.map(lostCase),
  {
    name: 'a cancel of a conditional order that is lost is unknown, and a query tells what became of it',
    provokes: true,
    needs: 'loseNext',
    lacks: watchesNone,
    async run(world) {
      const { session, send, loseNext } = world;
      for (const when of ['BEFORE', 'AFTER'] as const) {
        const { wanted } = conditionalBuy(world, conditionalsOf(session.traits)[0]!);
        valueOf(await send(wanted));
        loseNext!('CANCEL_CONDITIONAL', when);
        assertUnknown(await session.cancel(wanted.clientOrderId, wanted.symbol), `lost ${when}`);
        const now = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
        equal(now?.status, when === 'AFTER' ? 'CANCELED' : 'NEW', `lost ${when}`);
      }
    },
  },
];

function triggeredCase(type: ConditionalType): ConformanceCase {
  return {
    name: `a ${type} order is triggered by a trade and fills, under the ids that it had while it waited`,
    trades: true,
    needs: 'moveTo',
    lacks: ({ orderTypes }) => (orderTypes.includes(type) ? null : type),
    async run(world) {
      const { session, send, moveTo, eventually, events, bestAskTicks } = world;
      await moveTo!(bestAskTicks);
      const start = (await allFills(session, null)).cursor;
      const { wanted, triggerTicks } = conditionalBuy(world, type);
      const { clientOrderId, symbol } = wanted;
      const { venueOrderId } = valueOf(await send(wanted));
      await waits(world, clientOrderId, venueOrderId);
      await moveTo!(triggerTicks);
      const filled = await eventually('it is FILLED', async () => {
        const order = valueOf(await session.orderByClientId(clientOrderId, symbol));
        return order?.status === 'FILLED' ? order : null;
      });
      equal(filled.venueOrderId, venueOrderId);
      ok(filled.triggered !== false, 'it is told as triggered, where that is told');
      // The list may tell it later than the order does: by as much as the venue's clock is ahead of what we know of it.
      const fills = await eventually('its fills are listed', async () => {
        const listed = (await allFills(session, start)).fills;
        return listed.length > 0 && lotsOf(listed) >= (wanted.lots ?? 0) ? listed : null;
      });
      equal(lotsOf(fills), wanted.lots);
      ok(
        fills.every((fill) => fill.clientOrderId === clientOrderId && fill.venueOrderId === venueOrderId),
        'its fills have both its ids',
      );
      await untilTold(world, clientOrderId, 'FILLED');
      const told = events.filter((event) => clientIdOf(event) === clientOrderId);
      const ids = told.map((event) =>
        event.kind === 'FILL' ? event.fill.venueOrderId : event.order.venueOrderId,
      );
      deepEqual([...new Set(ids)], [venueOrderId]);
      equal(lotsOf(told.flatMap((event) => (event.kind === 'FILL' ? [event.fill] : []))), wanted.lots);
      equal(told.at(-1)!.kind, 'ORDER', 'its end is told last');
    },
  };
}

function lostCase(type: ConditionalType): ConformanceCase {
  return {
    name: `a ${type} order whose placement is lost is found waiting, or not at all`,
    provokes: true,
    needs: 'loseNext',
    lacks: ({ orderTypes }) => (orderTypes.includes(type) ? null : type),
    async run(world) {
      const { session, send, loseNext } = world;
      for (const when of ['BEFORE', 'AFTER'] as const) {
        const { wanted } = conditionalBuy(world, type);
        loseNext!('PLACE_CONDITIONAL', when);
        assertUnknown(await send(wanted), `lost ${when}`);
        const found = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
        equal(found?.status ?? null, when === 'AFTER' ? 'NEW' : null, `lost ${when}`);
        if (found !== null) valueOf(await session.cancel(wanted.clientOrderId, wanted.symbol));
      }
    },
  };
}

/** NEW by query and in the list of open orders, not triggered. */
async function waits(
  { session, request, eventually }: ConformanceWorld,
  clientOrderId: string,
  venueOrderId: string,
): Promise<void> {
  const { symbol } = request();
  const found = await eventually('it is found', async () =>
    valueOf(await session.orderByClientId(clientOrderId, symbol)),
  );
  deepEqual([found.status, found.venueOrderId, found.filledLots], ['NEW', venueOrderId, 0]);
  ok(found.triggered !== true, 'it waits');
  const open = await eventually('it is among the open ones', async () =>
    valueOf(await session.openOrders()).find((order) => order.clientOrderId === clientOrderId),
  );
  deepEqual([open.status, open.venueOrderId], ['NEW', venueOrderId]);
}

async function untilTold(
  { events, eventually }: ConformanceWorld,
  clientOrderId: string,
  status: string,
): Promise<void> {
  await eventually(`it is told as ${status}`, async () =>
    events.some(
      (event) =>
        event.kind === 'ORDER' &&
        event.order.clientOrderId === clientOrderId &&
        event.order.status === status,
    ),
  );
}
