import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Instrument } from '@sextant/kernel';
import type { ConformanceCase } from './conformance-case.js';
import { valueOf } from './conformance-world.js';
import { NO_CONDITIONS } from './conditional-requests.js';

const MINUTE_MS = 60_000;
const MOST_ROUNDS = 50;

/** What an order asks for beyond price and quantity. */
export const termCases: readonly ConformanceCase[] = [
  {
    name: 'a fill-or-kill order fills whole or not at all',
    trades: true,
    lacks: ({ timesInForce }) => (timesInForce.includes('FOK') ? null : 'FOK'),
    async run({ send, request, session, bestAskTicks, lots, instrument, eventually }) {
      const ended = async (clientOrderId: string, symbol: string) =>
        eventually('it has ended', async () => {
          const order = valueOf(await session.orderByClientId(clientOrderId, symbol));
          return order !== null && order.status !== 'NEW' ? order : null;
        });
      // More than there is within a tick of the best price, as far as the account can pay for it.
      const quote = valueOf(await session.balances()).find(({ asset }) => asset === instrument.quote);
      const affordable = (quote?.freeUnits ?? 0n) / instrument.notionalUnits(bestAskTicks, 1);
      const more = Math.min(lots * 2, (Number(affordable) * 9) / 10);
      if (more > lots) {
        const vain = request({ timeInForce: 'FOK', priceTicks: bestAskTicks, lots: Math.floor(more) });
        const answer = await send(vain);
        if (answer.outcome === 'REFUSED') equal(answer.reason.code, 'WOULD_NOT_FILL');
        else if ((await ended(vain.clientOrderId, vain.symbol)).filledLots !== vain.lots)
          equal((await ended(vain.clientOrderId, vain.symbol)).filledLots, 0, 'nothing of it is filled');
      }
      const few = fewLots(lots, instrument, bestAskTicks);
      const whole = request({ timeInForce: 'FOK', priceTicks: bestAskTicks, lots: few });
      const answer = await send(whole);
      if (answer.outcome === 'REFUSED') return equal(answer.reason.code, 'WOULD_NOT_FILL');
      const order = await ended(whole.clientOrderId, whole.symbol);
      ok(order.filledLots === whole.lots || order.filledLots === 0, 'all of it or nothing');
    },
  },
  {
    name: 'an iceberg shows a part of itself, is told whole, and is canceled',
    needs: 'marketData',
    lacks: ({ iceberg }) => (iceberg === true ? null : 'iceberg orders'),
    async run({ send, request, session, gateway, bestBidTicks, lots, eventually }) {
      const shown = Math.ceil(lots / 2);
      const priceTicks = bestBidTicks - 1;
      const wanted = request({ priceTicks, lots, conditions: { ...NO_CONDITIONS, displayLots: shown } });
      equal(valueOf(await send(wanted)).lots, lots);
      const found = await eventually('it is found', async () =>
        valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol)),
      );
      deepEqual([found.lots, found.filledLots, found.priceTicks], [lots, 0, priceTicks]);
      const { bids } = valueOf(await gateway.marketData!.orderBook(wanted.symbol, 20));
      const level = bids.find(([ticks]) => ticks === priceTicks);
      ok(level === undefined || level[1] < lots || level[1] % lots !== 0, 'others see a part of it');
      equal(valueOf(await session.cancel(wanted.clientOrderId, wanted.symbol)).status, 'CANCELED');
    },
  },
  {
    name: 'an iceberg whose placement is lost is found, or proven absent',
    provokes: true,
    needs: 'loseNext',
    lacks: ({ iceberg }) => (iceberg === true ? null : 'iceberg orders'),
    async run({ send, request, session, lots, loseNext }) {
      for (const when of ['BEFORE', 'AFTER'] as const) {
        const conditions = { ...NO_CONDITIONS, displayLots: Math.ceil(lots / 2) };
        const wanted = request({ lots, conditions });
        loseNext!('PLACE', when);
        equal((await send(wanted)).outcome, 'UNKNOWN');
        const found = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
        equal(found?.lots ?? null, when === 'AFTER' ? lots : null);
        if (found !== null) valueOf(await session.cancel(wanted.clientOrderId, wanted.symbol));
      }
    },
  },
  {
    name: 'a GTD order rests until its time, and has expired then',
    provokes: true,
    needs: 'passTime',
    lacks: ({ timesInForce }) => (timesInForce.includes('GTD') ? null : 'GTD'),
    async run({ send, request, session, gateway, bestBidTicks, passTime, eventually }) {
      const now = await gateway.serverTime();
      const expiresAt = Math.ceil((now + 15 * MINUTE_MS) / 1_000) * 1_000;
      const conditions = { ...NO_CONDITIONS, expiresAt };
      const wanted = request({ timeInForce: 'GTD', priceTicks: bestBidTicks - 1, conditions });
      const order = valueOf(await send(wanted));
      equal(order.status, 'NEW');
      await passTime!(16 * MINUTE_MS);
      const ended = await eventually('it has ended', async () => {
        const told = await session.orderByClientId(wanted.clientOrderId, wanted.symbol);
        return (
          told.outcome === 'CONFIRMED' && told.value !== null && told.value.status !== 'NEW' && told.value
        );
      });
      ok(ended.status === 'EXPIRED' || ended.status === 'CANCELED', `it is ${ended.status}`);
      deepEqual([ended.venueOrderId, ended.filledLots], [order.venueOrderId, 0]);
    },
  },
  {
    name: 'a GTD order whose placement is lost is found, or not at all',
    provokes: true,
    needs: 'loseNext',
    lacks: ({ timesInForce }) => (timesInForce.includes('GTD') ? null : 'GTD'),
    async run({ send, request, session, gateway, bestBidTicks, loseNext }) {
      for (const when of ['BEFORE', 'AFTER'] as const) {
        const expiresAt = Math.ceil(((await gateway.serverTime()) + 15 * MINUTE_MS) / 1_000) * 1_000;
        const conditions = { ...NO_CONDITIONS, expiresAt };
        const wanted = request({ timeInForce: 'GTD', priceTicks: bestBidTicks - 1, conditions });
        loseNext!('PLACE', when);
        equal((await send(wanted)).outcome, 'UNKNOWN');
        const found = valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
        equal(found?.status ?? null, when === 'AFTER' ? 'NEW' : null);
        if (found !== null) valueOf(await session.cancel(wanted.clientOrderId, wanted.symbol));
      }
    },
  },
  {
    name: 'a reduce-only order closes a position, and opens none',
    trades: true,
    lacks: ({ reduceOnly }) => (reduceOnly === true ? null : 'reduce-only orders'),
    async run({ send, request, session, lots, instrument, bestBidTicks, eventually }) {
      const market = {
        type: 'MARKET',
        priceTicks: null,
        lots: fewLots(lots, instrument, bestBidTicks),
      } as const;
      const reducing = {
        ...market,
        side: 'SELL',
        conditions: { ...NO_CONDITIONS, reduceOnly: true },
      } as const;
      const filled = (clientOrderId: string, symbol: string) =>
        eventually('it is FILLED', async () => {
          const order = valueOf(await session.orderByClientId(clientOrderId, symbol));
          return order?.status === 'FILLED';
        });
      const opening = request(market);
      valueOf(await send(opening));
      await filled(opening.clientOrderId, opening.symbol);
      const closing = request(reducing);
      valueOf(await send(closing));
      await filled(closing.clientOrderId, closing.symbol);
      let again = await send(request(reducing));
      // The account may have come with more of a position than this case opened.
      for (let round = 0; round < MOST_ROUNDS && again.outcome === 'CONFIRMED'; round += 1) {
        again = await send(request({ ...reducing, lots }));
      }
      ok(again.outcome === 'REFUSED', `${again.outcome} with nothing left to reduce`);
      equal(again.evidence.kind, 'VENUE_ANSWER');
    },
  },
  {
    name: 'orders are canceled by the venue when nothing more is heard of us, and not while something is',
    provokes: true,
    needs: 'passTime',
    lacks: ({ countdown }) => (countdown === undefined ? 'countdown' : null),
    async run({ send, request, session, bestBidTicks, passTime, eventually }) {
      const { minSeconds } = session.traits.countdown!;
      const seconds = Math.max(minSeconds, 60);
      const wanted = request({ priceTicks: bestBidTicks - 1 });
      const order = valueOf(await send(wanted));
      const beyond = await session.cancelAllAfter!(session.traits.countdown!.maxSeconds + 1);
      ok(beyond.outcome === 'REFUSED' && beyond.evidence.kind === 'NOT_SENT', 'longer than the venue counts');
      valueOf(await session.cancelAllAfter!(seconds));
      valueOf(await session.cancelAllAfter!(0));
      await passTime!((seconds + 1) * 1_000);
      // The venue's clock has leapt: the first calls may be refused for it.
      const now = () => session.orderByClientId(wanted.clientOrderId, wanted.symbol);
      const found = await eventually('it is found', async () => {
        const told = await now();
        return told.outcome === 'CONFIRMED' && told.value;
      });
      equal(found.status, 'NEW', 'a countdown that was taken back');
      valueOf(await session.cancelAllAfter!(seconds));
      await passTime!((seconds + 1) * 1_000);
      const ended = await eventually('it is CANCELED', async () => {
        const told = await now();
        return told.outcome === 'CONFIRMED' && told.value?.status === 'CANCELED' && told.value;
      });
      equal(ended.venueOrderId, order.venueOrderId);
    },
  },
];

/** A tenth of the usual, and not below the value that the venue takes at this price. */
function fewLots(lots: number, instrument: Instrument, priceTicks: number): number {
  const least = Number(instrument.minNotionalUnits / instrument.notionalUnits(priceTicks, 1)) + 1;
  return Math.min(lots, Math.max(Math.ceil(lots / 10), least));
}
