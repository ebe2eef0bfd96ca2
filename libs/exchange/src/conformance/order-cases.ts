import { deepEqual, equal, ok } from 'node:assert/strict';
import type { ConformanceCase } from './conformance-case.js';
import { allFills, clientIdOf, lotsOf, valueOf } from './conformance-world.js';

/** What becomes of orders. */
export const orderCases: readonly ConformanceCase[] = [
  {
    name: 'a market order fills, and its fills are told before the state that contains them',
    trades: true,
    async run({ send, request, session, lots, events, instrument, eventually }) {
      const wanted = request({ type: 'MARKET', priceTicks: null, lots });
      const answer = valueOf(await send(wanted));
      equal(answer.clientOrderId, wanted.clientOrderId);
      const ended = await eventually('the order is FILLED', async () => {
        const order = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
        return order?.status === 'FILLED' ? order : null;
      });
      equal(ended.filledLots, lots);
      equal(ended.side, 'BUY');
      const told = await eventually('the end is told', async () => {
        const mine = events.filter((event) => clientIdOf(event) === wanted.clientOrderId);
        return mine.some((event) => event.kind === 'ORDER' && event.order.status === 'FILLED') && mine;
      });
      const before = told.slice(
        0,
        told.findIndex((event) => event.kind === 'ORDER' && event.order.status === 'FILLED'),
      );
      const fills = before.flatMap((event) => (event.kind === 'FILL' ? [event.fill] : []));
      equal(lotsOf(fills), lots, 'fills told before the end');
      const value = fills.reduce(
        (sum, fill) => sum + instrument.notionalUnits(fill.priceTicks, fill.lots),
        0n,
      );
      equal(ended.cumulativeQuoteUnits, value, 'its quote is the sum over its fills');
      ok(
        fills.every(({ role }) => role === 'TAKER'),
        'a market order takes',
      );
      const listed = (await allFills(session, null)).fills.filter(
        (fill) => fill.clientOrderId === wanted.clientOrderId,
      );
      deepEqual(
        listed.map(({ venueTradeId }) => venueTradeId).sort(),
        fills.map(({ venueTradeId }) => venueTradeId).sort(),
      );
    },
  },
  {
    name: 'a limit order rests, is found, reserves, and is canceled',
    async run({ send, request, session, bestBidTicks, instrument, lots, eventually }) {
      const before = valueOf(await session.balances());
      const wanted = request({ priceTicks: bestBidTicks, lots });
      const order = valueOf(await send(wanted));
      equal(order.status, 'NEW');
      const find = async () => valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
      const found = await eventually('the order is found', find);
      deepEqual(
        [found.venueOrderId, found.lots, found.priceTicks, found.side],
        [order.venueOrderId, lots, bestBidTicks, 'BUY'],
      );
      const open = await eventually('it is among the open ones', async () =>
        valueOf(await session.openOrders()).find(
          ({ clientOrderId }) => clientOrderId === wanted.clientOrderId,
        ),
      );
      equal(open.venueOrderId, order.venueOrderId);
      const quote = valueOf(await session.balances()).find(({ asset }) => asset === instrument.quote);
      const lockedBefore = before.find(({ asset }) => asset === instrument.quote)?.lockedUnits ?? 0n;
      // Of a perpetual it is the margin.
      const least = instrument.symbol.isPerpetual ? 1n : instrument.notionalUnits(bestBidTicks, lots);
      ok(quote!.lockedUnits - lockedBefore >= least, 'its value is locked');
      const canceled = valueOf(await session.cancel(wanted.clientOrderId, wanted.symbol));
      deepEqual(
        [canceled.status, canceled.filledLots, canceled.clientOrderId],
        ['CANCELED', 0, wanted.clientOrderId],
      );
      equal((await find())?.status, 'CANCELED');
      const left = valueOf(await session.openOrders()).filter(
        ({ clientOrderId }) => clientOrderId === wanted.clientOrderId,
      );
      deepEqual(left, []);
      const after = valueOf(await session.balances());
      if (!instrument.symbol.isPerpetual) return deepEqual(after, before, 'balances are as before');
      // The margin of a position moves with the market.
      const lockedAfter = after.find(({ asset }) => asset === instrument.quote)?.lockedUnits ?? 0n;
      ok(lockedAfter < quote!.lockedUnits, 'its margin is free again');
    },
  },
  {
    name: 'a resting order that the market trades through fills as a maker, and its fills page',
    trades: true,
    needs: 'tradeThrough',
    async run({ send, request, session, bestBidTicks, lots, tradeThrough, eventually }) {
      const wanted = request({ priceTicks: bestBidTicks, lots });
      const order = valueOf(await send(wanted));
      const start = (await allFills(session, null)).cursor;
      await tradeThrough!('BUY', bestBidTicks, lots);
      await eventually('the order is FILLED', async () => {
        const now = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
        return now?.status === 'FILLED';
      });
      const page = await eventually('its fill is listed', async () => {
        const listed = await allFills(session, start);
        return lotsOf(listed.fills) >= lots ? listed : null;
      });
      equal(lotsOf(page.fills), lots);
      const [fill] = page.fills;
      deepEqual(
        [fill!.clientOrderId, fill!.venueOrderId, fill!.role, fill!.priceTicks, fill!.side],
        [wanted.clientOrderId, order.venueOrderId, 'MAKER', bestBidTicks, 'BUY'],
      );
      deepEqual(valueOf(await session.fillsSince(page.cursor)), { fills: [], cursor: page.cursor });
    },
  },
  {
    name: 'what the venue refuses has a reason of ours, and nothing of it exists',
    provokes: true,
    async run({ send, request, session, instrument, bestBidTicks }) {
      const quote = valueOf(await session.balances()).find(({ asset }) => asset === instrument.quote);
      // Perpetuals are bought on margin.
      const times = instrument.symbol.isPerpetual ? 300n : 2n;
      const more = ((quote?.freeUnits ?? 0n) * times) / instrument.notionalUnits(bestBidTicks, 1) + 1n;
      const poor = request({ lots: Math.min(Number(more), instrument.maxLots), priceTicks: bestBidTicks });
      const answer = await send(poor);
      ok(answer.outcome === 'REFUSED', `${answer.outcome}, not REFUSED`);
      equal(answer.evidence.kind, 'VENUE_ANSWER');
      equal(answer.reason.code, 'INSUFFICIENT_BALANCE');
      equal(valueOf(await session.orderByClientId(poor.clientOrderId, poor.symbol)), null);
    },
  },
  {
    name: 'a cancel of an order that is not there is refused as UNKNOWN_ORDER',
    async run({ request, session }) {
      const { clientOrderId, symbol } = request();
      const answer = await session.cancel(clientOrderId, symbol);
      ok(answer.outcome === 'REFUSED', `${answer.outcome}, not REFUSED`);
      equal(answer.reason.code, 'UNKNOWN_ORDER');
    },
  },
  {
    name: 'a client order id sent twice does what the traits declare',
    provokes: true,
    async run({ send, request, session, bestBidTicks }) {
      const first = request({ priceTicks: bestBidTicks });
      valueOf(await send(first));
      const { clientOrderIds } = session.traits;
      if (clientOrderIds === 'NOT_UNIQUE') return;
      const again = await send({ ...first, attempt: 2 });
      ok(again.outcome !== 'CONFIRMED', 'the second one is no order');
      equal(again.reason.code, 'DUPLICATE_CLIENT_ORDER_ID');
      valueOf(await session.cancel(first.clientOrderId, first.symbol));
      const reused = await send({ ...first, attempt: 3 });
      equal(
        reused.outcome === 'CONFIRMED',
        clientOrderIds === 'UNIQUE_WHILE_OPEN',
        'after the first has ended',
      );
    },
  },
  {
    name: 'a post-only order that would take does not trade',
    trades: true,
    async run({ send, request, session, bestAskTicks, eventually }) {
      if (!session.traits.postOnly) return;
      const wanted = request({ postOnly: true, priceTicks: bestAskTicks });
      const answer = await send(wanted);
      if (answer.outcome === 'REFUSED') return equal(answer.reason.code, 'POST_ONLY_WOULD_TAKE');
      // Taken note of first, refused by the engine then.
      await eventually('it has ended', async () => {
        const order = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
        return order !== null && order.status !== 'NEW';
      });
      const order = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
      equal(order!.filledLots, 0);
    },
  },
  {
    name: 'what an IOC order does not get at once is not left in the book',
    trades: true,
    async run({ send, request, session, bestAskTicks, lots, eventually }) {
      if (!session.traits.timesInForce.includes('IOC')) return;
      const wanted = request({ timeInForce: 'IOC', priceTicks: bestAskTicks, lots: lots * 2 });
      valueOf(await send(wanted));
      const ended = await eventually('it has ended', async () => {
        const order = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
        return order !== null && order.status !== 'NEW' && order.status !== 'PARTIALLY_FILLED' ? order : null;
      });
      ok(ended.filledLots >= lots, 'it took what there was');
      deepEqual(
        valueOf(await session.openOrders()).filter(
          ({ clientOrderId }) => clientOrderId === wanted.clientOrderId,
        ),
        [],
      );
    },
  },
];
