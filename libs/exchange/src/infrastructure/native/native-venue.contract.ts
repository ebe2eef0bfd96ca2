import { createApprovalAuthority } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import type { VenueEvent } from '../../domain/venue-order.js';
import { accountId, openNativeVenue, termsOf, TIMEOUT_MS, value } from './native-fixture.contract.js';
import type { Fixture, NativeVenue, TestedDialect } from './native-fixture.contract.js';
import { HARMS } from './thin-venue.contract.js';
import type { Harm } from './thin-venue.contract.js';

const NOT_SENT = { outcome: 'REFUSED', evidence: { kind: 'NOT_SENT' } };

/**
 * What every adapter of ours does with its venue, well or ill: over real sockets, through the real channel. `harms`: what
 * meets placements and cancels; a second way of signing at the same venue need not meet all of it again.
 */
export function describeNativeVenue<D extends TestedDialect>(
  name: string,
  native: NativeVenue<D>,
  harms: readonly Harm[] = HARMS,
): void {
  describe(name, () => {
    let here: Fixture<D>;

    beforeEach(async () => {
      here = await openNativeVenue(native);
    });

    afterEach(() => here.close());

    it('rests an order under our id, finds it, holds its price, and cancels it', async () => {
      const { session, request, send, dialect } = here;
      const before = value(await session.balances());
      const wanted = request();
      const order = value(await send(wanted));
      expect(order).toMatchObject({
        clientOrderId: wanted.clientOrderId,
        status: 'NEW',
        lots: native.resting.lots,
        priceTicks: native.resting.priceTicks,
        filledLots: 0,
        cumulativeQuoteUnits: 0n,
      });
      expect(dialect.accepted()).toEqual([native.toWireId(wanted.clientOrderId)]);
      expect(value(await session.openOrders())).toMatchObject([{ venueOrderId: order.venueOrderId }]);
      expect(value(await session.orderByClientId(wanted.clientOrderId, wanted.symbol))).toEqual(order);
      const held = value(await session.balances());
      expect(sumOf(held, 'lockedUnits') - sumOf(before, 'lockedUnits')).toBeGreaterThan(0n);
      const canceled = value(await session.cancel(wanted.clientOrderId, wanted.symbol));
      expect(canceled).toMatchObject({ venueOrderId: order.venueOrderId, status: 'CANCELED', filledLots: 0 });
      expect(value(await session.openOrders())).toEqual([]);
      expect(value(await session.balances())).toEqual(before);
    });

    it('pages the fills of an order, each once, and sums them in the order', async () => {
      const { session, request, send, dialect } = here;
      const wanted = request();
      const order = value(await send(wanted));
      const start = value(await session.fillsSince(null));
      expect(start.fills).toEqual([]);
      const { quantity, price, lots, priceTicks } = native.resting;
      dialect.fill(native.toWireId(wanted.clientOrderId), quantity, price);
      const page = value(await session.fillsSince(start.cursor));
      expect(page.fills).toMatchObject([
        {
          clientOrderId: wanted.clientOrderId,
          venueOrderId: order.venueOrderId,
          lots,
          priceTicks,
          side: 'BUY',
        },
      ]);
      expect(value(await session.fillsSince(page.cursor))).toEqual({ fills: [], cursor: page.cursor });
      expect(value(await session.fillsSince(start.cursor)).fills).toEqual(page.fills);
      const instrument = (await here.gateway.instruments()).find(
        (one) => one.symbol.toString() === wanted.symbol,
      )!;
      expect(value(await session.orderByClientId(wanted.clientOrderId, wanted.symbol))).toMatchObject({
        status: 'FILLED',
        filledLots: lots,
        cumulativeQuoteUnits: instrument.notionalUnits(priceTicks, lots),
      });
    });

    it('knows the orders and fills of the session before', async () => {
      const { session, request, send, dialect, gateway } = here;
      const wanted = request();
      value(await send(wanted));
      const { quantity, price } = native.resting;
      dialect.fill(native.toWireId(wanted.clientOrderId), quantity, price);
      const next = await gateway.open(accountId);
      expect(await session.openOrders()).toMatchObject({ ...NOT_SENT, reason: { code: 'SESSION_REPLACED' } });
      expect(value(await next.orderByClientId(wanted.clientOrderId, wanted.symbol))).toMatchObject({
        clientOrderId: wanted.clientOrderId,
        status: 'FILLED',
      });
      expect(value(await next.fillsSince(null)).fills).toMatchObject([
        { clientOrderId: wanted.clientOrderId },
      ]);
      expect(await next.cancel(wanted.clientOrderId, wanted.symbol)).toMatchObject({
        outcome: 'REFUSED',
        reason: { code: 'UNKNOWN_ORDER' },
      });
      await next.close();
    });

    it('tells a fill before the state that contains it, each once, by polling', async () => {
      const { session, request, send, dialect } = here;
      const events: VenueEvent[] = [];
      const told = new Promise<void>((resolve) => {
        session.onEvent((event) => {
          events.push(event);
          if (event.kind === 'ORDER' && event.order.status === 'FILLED') resolve();
        });
      });
      const wanted = request();
      value(await send(wanted));
      const { quantity, price } = native.resting;
      dialect.fill(native.toWireId(wanted.clientOrderId), quantity, price);
      await told;
      expect(events.map((event) => (event.kind === 'ORDER' ? event.order.status : 'FILL'))).toEqual([
        'NEW',
        'FILL',
        'FILLED',
      ]);
    });

    it('refuses what the venue refuses, with a reason of ours, and nothing of it exists', async () => {
      const { session, request, send } = here;
      const poor = request(native.tooMuch);
      expect(await send(poor)).toMatchObject({
        outcome: 'REFUSED',
        reason: { code: 'INSUFFICIENT_BALANCE' },
        evidence: { kind: 'VENUE_ANSWER' },
      });
      expect(value(await session.orderByClientId(poor.clientOrderId, poor.symbol))).toBeNull();
      expect(await session.cancel(request().clientOrderId, poor.symbol)).toMatchObject({
        outcome: 'REFUSED',
        reason: { code: 'UNKNOWN_ORDER' },
      });
    });

    it('asks for the order when the venue says that its id is taken', async () => {
      const { session, request, send } = here;
      const wanted = request();
      const order = value(await send(wanted));
      expect(await send({ ...wanted, attempt: 2 })).toMatchObject({
        outcome: 'UNKNOWN',
        reason: { code: 'DUPLICATE_CLIENT_ORDER_ID' },
      });
      expect(value(await session.orderByClientId(wanted.clientOrderId, wanted.symbol))).toEqual(order);
    });

    it('sends nothing that it cannot do, without approval, or for a caller that lost the account', async () => {
      const { request, send, session, venue } = here;
      const before = venue.heardOf(native.paths.place).length;
      const other = createApprovalAuthority().mint;
      const wanted = request();
      const stranger = other.mint({ ...termsOf(wanted), deadlineMs: Infinity });
      expect(await session.place(wanted, stranger)).toMatchObject(NOT_SENT);
      for (const terms of [
        { isHeld: () => false },
        { postOnly: true },
        { timeInForce: 'IOC' as const },
        { clientOrderId: 'not an id' },
        { symbol: 'NO/SUCH' },
        { lots: 0 },
        { lots: 1.5 },
        { type: 'MARKET' as const, lots: null, quoteUnits: 10n ** 18n, priceTicks: null },
        { accountId: `acc_${'2'.repeat(32)}` as AccountId },
      ]) {
        expect(await send(request(terms))).toMatchObject(NOT_SENT);
      }
      expect(venue.heardOf(native.paths.place)).toHaveLength(before);
      value(await send(request({ type: 'MARKET', timeInForce: 'IOC', priceTicks: null })));
    });

    it('signs with a key that was rotated under the open session, and never again with the old one', async () => {
      const { use, session, venue } = here;
      value(await session.openOrders());
      use(native.otherCredential);
      const before = venue.heard.length;
      value(await session.openOrders());
      const after = venue.heard.slice(before).map(({ headers }) => JSON.stringify(headers));
      expect(after.length).toBeGreaterThan(0);
      for (const headers of after) {
        expect(headers).not.toContain(native.credential.secret);
        if (native.credential.apiKey !== '') expect(headers).not.toContain(native.credential.apiKey);
      }
    });

    it('does not go on with a key that the venue does not take', async () => {
      const { use, request, send } = here;
      use({ ...native.credential, credentialId: 'cred-bad', secret: Buffer.alloc(32, 9).toString('base64') });
      expect(await send(request())).toMatchObject({
        outcome: 'REFUSED',
        reason: { code: 'CREDENTIAL_INVALID' },
      });
      use({ ...native.credential, credentialId: 'cred-odd', secret: 'no key at all' });
      expect(await send(request())).toMatchObject({ ...NOT_SENT, reason: { code: 'CREDENTIAL_INVALID' } });
    });

    describe.each(harms)('a placement meets %s', (harm) => {
      it.each(['BEFORE', 'AFTER'] as const)(
        '%s it was accepted: unknown, once, and found as it is',
        async (when) => {
          const { session, request, send, venue, dialect } = here;
          const wanted = request();
          venue.harmNext({ where: native.paths.place, when, harm });
          expect((await send(wanted)).outcome).toBe('UNKNOWN');
          expect(venue.heardOf(native.paths.place)).toHaveLength(1);
          const accepted = when === 'AFTER' ? [native.toWireId(wanted.clientOrderId)] : [];
          expect(dialect.accepted()).toEqual(accepted);
          const found = value(await session.orderByClientId(wanted.clientOrderId, wanted.symbol));
          expect(found?.status ?? null).toBe(when === 'AFTER' ? 'NEW' : null);
          expect(session.traits.absenceProof).toBe('NEVER');
        },
      );
    });

    it.each(harms)('an order that filled behind %s is found with its fills', async (harm) => {
      const { session, request, send, venue, dialect } = here;
      const wanted = request();
      venue.harmNext({ where: native.paths.place, when: 'AFTER', harm });
      expect((await send(wanted)).outcome).toBe('UNKNOWN');
      const { quantity, price, lots } = native.resting;
      dialect.fill(native.toWireId(wanted.clientOrderId), quantity, price);
      expect(value(await session.orderByClientId(wanted.clientOrderId, wanted.symbol))).toMatchObject({
        status: 'FILLED',
        filledLots: lots,
      });
      expect(value(await session.fillsSince(null)).fills).toMatchObject([
        { clientOrderId: wanted.clientOrderId, lots },
      ]);
    });

    describe.each(harms)('a cancel meets %s', (harm) => {
      it.each(['BEFORE', 'AFTER'] as const)('%s it was done: never assumed', async (when) => {
        const { session, request, send, venue } = here;
        const wanted = request();
        value(await send(wanted));
        venue.harmNext({ where: native.paths.cancel, when, harm });
        const answer = await session.cancel(wanted.clientOrderId, wanted.symbol);
        expect(answer.outcome).toBe('UNKNOWN');
        expect(value(await session.orderByClientId(wanted.clientOrderId, wanted.symbol))?.status).toBe(
          when === 'AFTER' ? 'CANCELED' : 'NEW',
        );
      });
    });

    it('finds an order that arrived after nobody waited for it any more', async () => {
      const { session, request, send, venue, dialect } = here;
      const wanted = request();
      venue.lateMs = 2 * TIMEOUT_MS;
      expect(await send(wanted)).toMatchObject({ outcome: 'UNKNOWN', reason: { code: 'TIMEOUT' } });
      const { clientOrderId, symbol } = wanted;
      expect(value(await session.orderByClientId(clientOrderId, symbol))).toBeNull();
      while (dialect.accepted().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(value(await session.orderByClientId(clientOrderId, symbol))?.status).toBe('NEW');
    });

    it('says that nothing was sent where no connection can be made', async () => {
      const { request, send, venue } = here;
      await venue.close();
      await new Promise((resolve) => setTimeout(resolve, 50)); // open connections learn that they are closed
      expect(await send(request())).toMatchObject({ ...NOT_SENT, reason: { code: 'VENUE_UNAVAILABLE' } });
    });

    it('does not believe a list that is cut, and reads again what may be read again', async () => {
      const { session, request, send, venue } = here;
      value(await send(request()));
      for (const harm of ['HTTP 503', 'RESET', 'TRUNCATE'] as const) {
        venue.harmNext({ where: 'GET ', when: 'BEFORE', harm });
        expect(value(await session.openOrders())).toHaveLength(1);
      }
      for (const harm of ['HTML', 'EMPTY', 'DEEP_JSON'] as const) {
        venue.harmNext({ where: 'GET ', when: 'BEFORE', harm });
        expect((await session.openOrders()).outcome).toBe('UNKNOWN');
      }
    });
  });
}

function sumOf(
  balances: readonly { lockedUnits: bigint; freeUnits: bigint }[],
  field: 'lockedUnits',
): bigint {
  return balances.reduce((sum, balance) => sum + balance[field], 0n);
}
