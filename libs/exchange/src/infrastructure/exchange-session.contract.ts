import { createApprovalAuthority } from '@sextant/kernel';
import type { AccountId, ApprovalMint, Instrument, OrderId } from '@sextant/kernel';
import type { ExchangeGateway } from '../domain/exchange-gateway.js';
import type { ExchangeSession } from '../domain/exchange-session.js';
import type { GatewayOutcome } from '../domain/gateway-outcome.js';
import type { PlaceOrderRequest, VenueEvent, VenueFill, VenueOrder } from '../domain/venue-order.js';

/** A venue with one market and one funded account, made anew for each case. */
export interface VenueUnderTest {
  gateway: ExchangeGateway;
  accountId: AccountId;
  /** The market of the cases: a two-sided book with at least `lots` at each of the best prices. */
  instrument: Instrument;
  bestBidTicks: number;
  bestAskTicks: number;
  lots: number;
  /** Lets the market trade through a resting order of ours at `ticks`. */
  tradeThrough(side: 'BUY' | 'SELL', ticks: number, lots: number): Promise<void>;
  close(): Promise<void>;
}

let orders = 0;

interface Fixture extends VenueUnderTest {
  session: ExchangeSession;
  mint: ApprovalMint;
  events: VenueEvent[];
  request(terms?: Partial<PlaceOrderRequest>): PlaceOrderRequest;
  send(request: PlaceOrderRequest): Promise<GatewayOutcome<VenueOrder>>;
}

/** What every adapter of a venue must do, whatever the venue. `make` is given the half that checks approvals. */
export function describeExchangeSession(
  name: string,
  make: (check: ReturnType<typeof createApprovalAuthority>['check']) => Promise<VenueUnderTest>,
): void {
  describe(name, () => {
    let fixture: Fixture;

    beforeEach(async () => {
      fixture = await open(make);
    });

    afterEach(async () => {
      await fixture.session.close();
      await fixture.close();
    });

    it('fills a market order, answers its end state and tells the fills before it', async () => {
      const { send, request, session, lots, bestAskTicks, events, instrument } = fixture;
      const order = value(await send(request({ type: 'MARKET', priceTicks: null, lots })));
      expect(order).toMatchObject({ status: 'FILLED', filledLots: lots, side: 'BUY', lots });
      expect(order.cumulativeQuoteUnits).toBe(instrument.notionalUnits(bestAskTicks, lots));
      const told = events.filter((event) => clientIdOf(event) === order.clientOrderId);
      expect(told.at(-1)).toEqual({ kind: 'ORDER', order });
      const fills = told.flatMap((event) => (event.kind === 'FILL' ? [event.fill] : []));
      expect(sum(fills)).toBe(lots);
      expect(fills.every(({ role, feeUnits }) => role === 'TAKER' && feeUnits >= 0n)).toBe(true);
      expect(value(await session.fillsSince(null)).fills).toEqual(fills);
    });

    it('rests a limit order, finds it, reserves for it, and cancels it', async () => {
      const { send, request, session, bestBidTicks, instrument, lots } = fixture;
      const before = value(await session.balances());
      const order = value(await send(request({ priceTicks: bestBidTicks, lots })));
      expect(order.status).toBe('NEW');
      expect(value(await session.openOrders())).toEqual([order]);
      expect(value(await session.orderByClientId(order.clientOrderId, order.symbol))).toEqual(order);
      const quote = value(await session.balances()).find(({ asset }) => asset === instrument.quote);
      expect(quote!.lockedUnits).toBe(instrument.notionalUnits(bestBidTicks, lots));
      const canceled = value(await session.cancel(order.clientOrderId, order.symbol));
      expect(canceled).toMatchObject({ status: 'CANCELED', filledLots: 0 });
      expect(value(await session.openOrders())).toEqual([]);
      expect(value(await session.balances())).toEqual(before);
      expect(value(await session.orderByClientId(order.clientOrderId, order.symbol))).toMatchObject({
        status: 'CANCELED',
      });
    });

    it('fills a resting order as a maker when the market trades through it, and pages its fills', async () => {
      const { send, request, session, bestBidTicks, lots, tradeThrough } = fixture;
      const order = value(await send(request({ priceTicks: bestBidTicks, lots })));
      const start = value(await session.fillsSince(null)).cursor;
      await tradeThrough('BUY', bestBidTicks, lots);
      const page = value(await session.fillsSince(start));
      expect(sum(page.fills)).toBe(lots);
      expect(page.fills[0]).toMatchObject({
        clientOrderId: order.clientOrderId,
        role: 'MAKER',
        priceTicks: bestBidTicks,
      });
      expect(value(await session.fillsSince(page.cursor))).toEqual({ fills: [], cursor: page.cursor });
      expect(value(await session.orderByClientId(order.clientOrderId, order.symbol))?.status).toBe('FILLED');
    });

    it('refuses with a reason of ours what the venue refuses, and nothing of it exists', async () => {
      const { send, request, session, instrument, bestBidTicks } = fixture;
      const poor = request({ lots: instrument.maxLots, priceTicks: bestBidTicks });
      expect(await send(poor)).toMatchObject({
        outcome: 'REFUSED',
        reason: { code: 'INSUFFICIENT_BALANCE' },
        evidence: { kind: 'VENUE_ANSWER' },
      });
      expect(value(await session.orderByClientId(poor.clientOrderId, poor.symbol))).toBeNull();
      expect(await session.cancel('nobody', poor.symbol)).toMatchObject({
        outcome: 'REFUSED',
        reason: { code: 'UNKNOWN_ORDER' },
      });
    });

    it('does with a client order id sent twice what its traits declare', async () => {
      const { send, request, session, bestBidTicks } = fixture;
      const first = request({ priceTicks: bestBidTicks });
      const order = value(await send(first));
      const again = await send({ ...first, attempt: 2 });
      if (session.traits.clientOrderIds === 'NOT_UNIQUE') return;
      expect(again).toMatchObject({ outcome: 'REFUSED', reason: { code: 'DUPLICATE_CLIENT_ORDER_ID' } });
      value(await session.cancel(order.clientOrderId, order.symbol));
      const reused = await send({ ...first, attempt: 3 });
      const free = session.traits.clientOrderIds === 'UNIQUE_WHILE_OPEN';
      expect(reused.outcome).toBe(free ? 'CONFIRMED' : 'REFUSED');
    });

    it('sends nothing without an approval of exactly these terms, or twice on one', async () => {
      const { session, request, mint } = fixture;
      const wanted = request();
      const other = createApprovalAuthority().mint.mint({ ...termsOf(wanted), deadlineMs: Infinity });
      const larger = mint.mint({ ...termsOf(wanted), lots: wanted.lots! + 1, deadlineMs: Infinity });
      const late = mint.mint({ ...termsOf(wanted), deadlineMs: -1 });
      for (const approval of [other, larger, late])
        expect(await session.place(wanted, approval)).toMatchObject(NOT_SENT);
      const once = mint.mint({ ...termsOf(wanted), deadlineMs: Infinity });
      value(await session.place(wanted, once));
      expect(await session.place({ ...wanted, clientOrderId: 'second' }, once)).toMatchObject(NOT_SENT);
      expect(value(await session.openOrders())).toHaveLength(1);
    });

    it('sends nothing for a caller that does not own the account any more', async () => {
      const { send, request, session } = fixture;
      expect(await send(request({ isHeld: () => false }))).toMatchObject(NOT_SENT);
      expect(value(await session.openOrders())).toEqual([]);
    });

    it('a session that was opened later ends the one before, and knows what it did', async () => {
      const { send, request, session, gateway, accountId } = fixture;
      const order = value(await send(request()));
      const next = await gateway.open(accountId);
      const late = request();
      if (session.traits.absenceProof === 'AFTER_REOPEN') {
        expect(await send(late)).toMatchObject({ outcome: 'REFUSED', evidence: { kind: 'FENCE' } });
        expect(value(await next.orderByClientId(late.clientOrderId, late.symbol))).toBeNull();
      }
      expect(value(await next.openOrders())).toEqual([order]);
      await next.close();
    });

    it('declares client order ids that it really accepts, and instruments of its own', async () => {
      const { gateway, session, request } = fixture;
      expect(request().clientOrderId).toMatch(new RegExp(session.traits.clientOrderIdPattern));
      const instruments = await gateway.instruments();
      expect(instruments.map(({ venue }) => venue)).toEqual(instruments.map(() => gateway.venue));
      expect(Math.abs((await gateway.serverTime()) - (await gateway.serverTime()))).toBeLessThan(10_000);
    });
  });
}

const NOT_SENT = { outcome: 'REFUSED', evidence: { kind: 'NOT_SENT' } };

async function open(
  make: (check: ReturnType<typeof createApprovalAuthority>['check']) => Promise<VenueUnderTest>,
): Promise<Fixture> {
  const { mint, check } = createApprovalAuthority();
  const venue = await make(check);
  const session = await venue.gateway.open(venue.accountId);
  const events: VenueEvent[] = [];
  session.onEvent((event) => events.push(event));
  const request = (terms: Partial<PlaceOrderRequest> = {}): PlaceOrderRequest => ({
    accountId: venue.accountId,
    orderId: `ord_${String(++orders).padStart(32, '0')}` as OrderId,
    clientOrderId: `c-${orders}`,
    symbol: venue.instrument.symbol.toString(),
    side: 'BUY',
    type: 'LIMIT',
    lots: venue.lots,
    quoteUnits: null,
    priceTicks: venue.bestBidTicks,
    timeInForce: 'GTC',
    postOnly: false,
    attempt: 1,
    epoch: 1,
    isHeld: () => true,
    ...terms,
  });
  const send = (wanted: PlaceOrderRequest) =>
    session.place(wanted, mint.mint({ ...termsOf(wanted), deadlineMs: Infinity }));
  return { ...venue, session, mint, events, request, send };
}

function termsOf(request: PlaceOrderRequest) {
  const { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch } = request;
  return { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch };
}

function value<T>(outcome: GatewayOutcome<T>): T {
  if (outcome.outcome !== 'CONFIRMED')
    throw new Error(`${outcome.outcome}: ${JSON.stringify(outcome.reason)}`);
  return outcome.value;
}

function clientIdOf(event: VenueEvent): string {
  return event.kind === 'FILL' ? event.fill.clientOrderId : event.order.clientOrderId;
}

function sum(fills: readonly VenueFill[]): number {
  return fills.reduce((total, fill) => total + fill.lots, 0);
}
