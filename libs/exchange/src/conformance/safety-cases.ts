import { deepEqual, equal, ok } from 'node:assert/strict';
import { createApprovalAuthority } from '@sextant/kernel';
import type { ConformanceCase } from './conformance-case.js';
import { assertNotSent, termsOf, valueOf } from './conformance-world.js';

/** What may leave at all, and what an adapter says of itself. */
export const safetyCases: readonly ConformanceCase[] = [
  {
    name: 'nothing leaves without an approval of exactly these terms, or twice on one',
    async run({ session, request, mint }) {
      const wanted = request();
      const other = createApprovalAuthority().mint.mint({ ...termsOf(wanted), deadlineMs: Infinity });
      const larger = mint.mint({ ...termsOf(wanted), lots: wanted.lots! + 1, deadlineMs: Infinity });
      const late = mint.mint({ ...termsOf(wanted), deadlineMs: -1 });
      for (const approval of [other, larger, late])
        assertNotSent(await session.place(wanted, approval), 'a wrong approval');
      const once = mint.mint({ ...termsOf(wanted), deadlineMs: Infinity });
      valueOf(await session.place(wanted, once));
      const { clientOrderId } = request();
      assertNotSent(await session.place({ ...wanted, clientOrderId }, once), 'an approval used before');
      const open = valueOf(await session.openOrders()).filter(({ symbol }) => symbol === wanted.symbol);
      equal(
        open.filter((order) => [wanted.clientOrderId, clientOrderId].includes(order.clientOrderId)).length,
        1,
      );
      valueOf(await session.cancel(wanted.clientOrderId, wanted.symbol));
    },
  },
  {
    name: 'nothing leaves for a caller that does not own the account any more',
    async run({ send, request, session }) {
      const wanted = request({ isHeld: () => false });
      assertNotSent(await send(wanted), 'a lost lease');
      equal(valueOf(await session.orderByClientId(wanted.clientOrderId, wanted.symbol)), null);
    },
  },
  {
    name: 'a market that the venue does not have and an id that it does not take are refused',
    async run({ send, request, session }) {
      const nowhere = await send(request({ symbol: 'NOSUCH/COIN' }));
      ok(nowhere.outcome === 'REFUSED', `${nowhere.outcome} for an unknown market`);
      equal(nowhere.reason.code, 'UNKNOWN_SYMBOL');
      const nameless = await send(request({ clientOrderId: 'ü'.repeat(70) }));
      ok(nameless.outcome === 'REFUSED', `${nameless.outcome} for an impossible id`);
      equal(nameless.reason.code, 'CLIENT_ORDER_ID_MALFORMED');
      ok(
        new RegExp(session.traits.clientOrderIdPattern).test(request().clientOrderId),
        'our own ids match its pattern',
      );
    },
  },
  {
    name: 'a session opened later ends the one before, and knows what it did',
    async run({ send, request, session, gateway, accountId, eventually }) {
      const wanted = request();
      const order = valueOf(await send(wanted));
      const next = await gateway.open(accountId);
      const late = await send(request());
      ok(late.outcome === 'REFUSED', `${late.outcome} through the session that was replaced`);
      const fenced = session.traits.absenceProof === 'AFTER_REOPEN';
      equal(late.evidence.kind, fenced ? 'FENCE' : 'NOT_SENT');
      const found = await eventually('the later session finds it', async () =>
        valueOf(await next.orderByClientId(wanted.clientOrderId, wanted.symbol)),
      );
      equal(found.venueOrderId, order.venueOrderId);
      valueOf(await next.cancel(wanted.clientOrderId, wanted.symbol));
      await next.close();
    },
  },
  {
    name: 'traits do not contradict each other',
    async run({ session, gateway }) {
      const { traits } = session;
      deepEqual(traits, gateway.traits, 'of the session and of the gateway');
      if (traits.absenceProof === 'AFTER_WINDOW')
        ok(traits.validityWindowMs !== null, 'no window, no proof by it');
      ok(traits.visibilityLagMs >= 0 && traits.orderTypes.length > 0 && traits.timesInForce.length > 0);
      const watches = traits.orderTypes.some((type) => type !== 'MARKET' && type !== 'LIMIT');
      equal((traits.triggerBy ?? []).length > 0, watches, 'who watches triggers says by which price');
      equal(traits.amends !== undefined, traits.amend === 'NATIVE', 'who amends says what');
      equal(session.amend !== undefined, traits.amend === 'NATIVE', 'the trait and the method agree');
      equal(session.cancelAllAfter !== undefined, traits.countdown !== undefined, 'so do these');
      ok(new RegExp(traits.clientOrderIdPattern).source.startsWith('^'), 'the pattern is anchored');
    },
  },
  {
    name: 'instruments are of this venue, and its clock is near',
    async run({ gateway, instrument }) {
      const instruments = await gateway.instruments();
      ok(
        instruments.every(({ venue }) => venue === gateway.venue),
        'all are of this venue',
      );
      ok(
        instruments.some(({ symbol }) => symbol.toString() === instrument.symbol.toString()),
        'the market is among them',
      );
      const first = await gateway.serverTime();
      ok(Math.abs((await gateway.serverTime()) - first) < 10_000, 'two looks at the clock');
    },
  },
];
