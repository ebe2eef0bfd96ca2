import type { AccountId, OrderId } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import type { OrderFill, OrderTerms } from './order-snapshot.js';
import { isTerminal, orderStatuses, orderTransitions } from './order-status.js';
import { averagePrice } from './order-totals.js';
import { Order } from './order.js';

const now = 1_700_000_000_000;
const proof = { kind: 'VENUE_ANSWER', detail: {}, at: now };
const cell = 10n ** 11n; // 0.01 USDT × 0.00001 BTC at scale 18

function terms(overrides: Partial<OrderTerms> = {}): OrderTerms {
  return {
    orderId: 'ord_1' as OrderId,
    accountId: 'acc_1' as AccountId,
    clientOrderId: 'client-1',
    venue: 'PAPER',
    symbol: 'BTC/USDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    postOnly: false,
    lots: 10,
    quoteUnits: null,
    priceTicks: 6_000_000,
    tickUnits: 10n ** 16n,
    stepUnits: 10n ** 13n,
    conditions: null,
    strategy: null,
    tags: [],
    origin: 'SEXTANT',
    ...overrides,
  };
}

let trade = 0;
function fill(lots: number, priceTicks = 6_000_000): OrderFill {
  trade += 1;
  return {
    fillId: `fil_${trade}`,
    venueTradeId: `${trade}`,
    venueOrderId: 'v1',
    priceTicks,
    lots,
    notionalUnits: BigInt(priceTicks) * BigInt(lots) * cell,
    feeAsset: 'BTC',
    feeUnits: BigInt(lots) * 10n ** 10n,
    role: 'TAKER',
    executedAt: now,
  };
}

const reservation = { asset: 'USDT', units: 6_000_000n * 10n * cell };
const place = (overrides: Partial<OrderTerms> = {}) => Order.place(terms(overrides), reservation, now);
const types = (order: Order) => order.pullEvents().map((event) => event.type);

describe('Order', () => {
  it('is placed, accepted and filled, and tells each step', () => {
    const order = place();
    order.accept('v1', proof, now);
    order.fill(fill(4), now);
    order.fill(fill(6), now);
    expect(order.snapshot).toMatchObject({
      status: 'FILLED',
      filledLots: 10,
      reservedUnits: 0n,
      closedAt: now,
      pending: null,
    });
    expect(types(order)).toEqual(['OrderPlaced', 'OrderAccepted', 'OrderPartiallyFilled', 'OrderFilled']);
  });

  it('asks for nobody any more once it is sent again, or the venue has filled it', () => {
    const reason = { code: 'OUTCOME_NOT_PROVABLE', detail: '' };
    const order = place();
    order.loseOutcome(reason, proof, now);
    order.askForAttention(reason, now);
    order.resubmit(proof, now);
    expect(order.snapshot).toMatchObject({ status: 'PENDING_SUBMIT', needsAttention: false });
    order.askForAttention(reason, now);
    order.fill(fill(10), now);
    expect(order.snapshot).toMatchObject({ status: 'FILLED', needsAttention: false });
  });

  it('keeps the exact quote and computes the average from it on read', () => {
    const order = place({ lots: 3 });
    order.fill(fill(1, 100), now);
    order.fill(fill(2, 101), now);
    expect(order.snapshot.cumulativeQuoteUnits).toBe(302n * cell);
    expect(averagePrice(order.snapshot)).toBe('1.006666666666666667');
    expect(averagePrice(place().snapshot)).toBeNull();
  });

  it('takes a fill that comes before the acknowledgement, and the late acknowledgement changes nothing', () => {
    const order = place();
    order.fill(fill(10), now);
    const { version } = order.snapshot;
    order.accept('v1', proof, now);
    expect(order.snapshot).toMatchObject({ status: 'FILLED', version, venueOrderId: 'v1' });
  });

  it('is filled when a fill completes it while a cancellation is on its way', () => {
    const order = place();
    order.accept('v1', proof, now);
    order.requestCancel(now);
    order.fill(fill(10), now);
    order.end('CANCEL', null, proof, now);
    expect(order.snapshot.status).toBe('FILLED');
  });

  it('stays canceled when a fill arrives afterwards, and still counts the fill', () => {
    const order = place();
    order.accept('v1', proof, now);
    order.requestCancel(now);
    order.end('CANCEL', { code: 'USER', detail: '' }, proof, now);
    order.fill(fill(10), now);
    expect(order.snapshot).toMatchObject({ status: 'CANCELED', filledLots: 10, reservedUnits: 0n });
  });

  it('says both: part-filled, and a cancellation without a verdict', () => {
    const order = place();
    order.fill(fill(4), now);
    order.requestCancel(now);
    order.loseCancelOutcome({ code: 'TIMEOUT', detail: '' }, proof, now);
    expect(order.snapshot).toMatchObject({
      status: 'PENDING_CANCEL',
      filledLots: 4,
      pending: { kind: 'CANCEL', outcome: 'UNKNOWN' },
    });
    order.cancelRefused({ code: 'KEPT', detail: '' }, proof, now);
    expect(order.snapshot).toMatchObject({ status: 'PARTIALLY_FILLED', pending: null });
  });

  it('notes a cancellation while the outcome of the submission is unknown', () => {
    const order = place();
    order.loseOutcome({ code: 'TIMEOUT', detail: '' }, proof, now);
    order.requestCancel(now);
    expect(order.snapshot).toMatchObject({ status: 'OUTCOME_UNKNOWN', cancelRequested: true });
  });

  it('leaves an unknown outcome only by proof, and says how it was resolved', () => {
    const order = place();
    order.loseOutcome({ code: 'TIMEOUT', detail: '' }, proof, now);
    order.end('REJECT', { code: 'NOT_ACCEPTED', detail: '' }, { ...proof, kind: 'FENCE' }, now);
    const resolved = order.pullEvents().at(-1);
    expect(resolved).toMatchObject({
      type: 'OrderResolved',
      payload: { resolution: 'NOT_ACCEPTED', evidence: { kind: 'FENCE' } },
    });
  });

  it('holds of an amount of quote what is not spent', () => {
    const order = place({
      type: 'MARKET',
      timeInForce: 'IOC',
      lots: null,
      quoteUnits: reservation.units,
      priceTicks: null,
    });
    order.fill(fill(4), now);
    expect(order.snapshot.reservedUnits).toBe(6n * 6_000_000n * cell);
    order.end('COMPLETE', null, proof, now);
    expect(order.snapshot).toMatchObject({ status: 'FILLED', reservedUnits: 0n });
  });

  it('refuses a fill beyond its quantity', () => {
    const order = place();
    expect(order.admits(fill(11))).toBe(false);
    expect(() => order.fill(fill(11), now)).toThrow(/more than/);
  });

  it('survives a round trip through its snapshot', () => {
    const order = place();
    order.fill(fill(3), now);
    expect(Order.fromSnapshot(order.snapshot).snapshot).toEqual(order.snapshot);
  });
});

describe('the transition table', () => {
  it('leads only to known statuses, and out of a terminal one nowhere', () => {
    for (const status of orderStatuses) {
      for (const next of Object.values(orderTransitions[status])) {
        expect(orderStatuses).toContain(next);
        if (isTerminal(status)) expect(next).toBe(status);
      }
    }
  });

  const act = fc.oneof(
    fc.record({
      kind: fc.constant('fill' as const),
      lots: fc.integer({ min: 1, max: 6 }),
      price: fc.integer({ min: 1, max: 9 }),
    }),
    fc.record({
      kind: fc.constantFrom('accept', 'lose', 'resubmit', 'ask', 'loseCancel', 'keep', 'attention'),
    }),
    fc.record({ kind: fc.constantFrom('CANCEL', 'EXPIRE', 'REJECT', 'COMPLETE') }),
  );

  it('holds for any sequence of events: a terminal status stays, filled only grows and never passes the quantity', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const order = place();
        const reason = { code: 'X', detail: '' };
        let quote = 0n;
        let filled = 0;
        for (const step of acts) {
          const before = order.snapshot;
          try {
            if (step.kind === 'fill' && 'lots' in step) {
              const next = fill(step.lots, step.price);
              order.fill(next, now);
              filled += step.lots;
              quote += next.notionalUnits;
            } else if (step.kind === 'accept') order.accept('v1', proof, now);
            else if (step.kind === 'lose') order.loseOutcome(reason, proof, now);
            else if (step.kind === 'resubmit') order.resubmit(proof, now);
            else if (step.kind === 'ask') order.requestCancel(now);
            else if (step.kind === 'loseCancel') order.loseCancelOutcome(reason, proof, now);
            else if (step.kind === 'keep') order.cancelRefused(reason, proof, now);
            else if (step.kind === 'attention') order.askForAttention(reason, now);
            else order.end(step.kind as 'CANCEL', reason, proof, now);
          } catch {
            expect(order.snapshot).toBe(before);
          }
          const after = order.snapshot;
          if (isTerminal(before.status)) expect(after.status).toBe(before.status);
          if (after.status !== before.status) {
            expect(Object.values(orderTransitions[before.status])).toContain(after.status);
          }
          expect(after.filledLots).toBe(filled);
          expect(after.filledLots).toBeLessThanOrEqual(10);
          expect(after.cumulativeQuoteUnits).toBe(quote);
          expect(after.reservedUnits).toBe(
            isTerminal(after.status) ? 0n : BigInt(10 - filled) * 6_000_000n * cell,
          );
          expect(after.closedAt === null).toBe(!isTerminal(after.status));
          expect(after.version).toBeGreaterThanOrEqual(before.version);
          if (after !== before) expect(order.pullEvents().length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
