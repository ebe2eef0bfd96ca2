import type { AccountId, OrderId } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import type { OrderConditions, OrderTerms } from './order-snapshot.js';
import { touches, trailingStopTicks, typeOnceTriggered } from './order-types.js';
import { Order } from './order.js';

const now = 1_700_000_000_000;
const reservation = { asset: 'BTC', units: 10n ** 14n };
const proof = { kind: 'HELD_HERE', detail: {}, at: now };

const conditions: OrderConditions = {
  stopTicks: 5_900_000,
  trailingBps: null,
  triggerBy: 'LAST',
  expiresAt: null,
  displayLots: null,
  reduceOnly: false,
  heldBy: 'SEXTANT',
  group: null,
  executionId: null,
};
const terms: OrderTerms = {
  orderId: 'ord_1' as OrderId,
  accountId: 'acc_1' as AccountId,
  clientOrderId: 'client-1',
  venue: 'PAPER',
  symbol: 'BTC/USDT',
  side: 'SELL',
  type: 'STOP_MARKET',
  timeInForce: 'GTC',
  postOnly: false,
  lots: 10,
  quoteUnits: null,
  priceTicks: null,
  tickUnits: 10n ** 16n,
  stepUnits: 10n ** 13n,
  conditions,
  strategy: null,
  tags: [],
  origin: 'SEXTANT',
};
const arm = () => Order.arm(terms, reservation, [], now);
const types = (order: Order) => order.pullEvents().map((event) => event.type);

describe('an order that is held here', () => {
  it('is durable with its reservation before anything of it is at the venue', () => {
    const order = arm();
    expect(order.snapshot).toMatchObject({
      status: 'CREATED',
      attempts: 0,
      reservedUnits: reservation.units,
    });
    expect(order.snapshot.version).toBe(1);
    expect(order.isHeldHere).toBe(true);
  });

  it('goes its first attempt once it is triggered, and tells the price', () => {
    const order = arm();
    order.trail(6_100_000, now);
    order.trigger(5_899_900, now + 5);
    expect(order.snapshot).toMatchObject({
      status: 'PENDING_SUBMIT',
      attempts: 1,
      pending: { kind: 'SUBMIT', outcome: 'IN_FLIGHT' },
      progress: { trigger: { state: 'TRIGGERED', extremeTicks: 6_100_000, triggeredTicks: 5_899_900 } },
    });
    expect(order.sentFirstAt).toBe(now + 5);
    expect(types(order)).toEqual(['OrderArmed', 'OrderTrailed', 'OrderTriggered']);
  });

  it('ends by our word alone while nothing of it is at the venue', () => {
    const canceled = arm();
    canceled.end('CANCEL', null, proof, now);
    expect(canceled.snapshot).toMatchObject({ status: 'CANCELED', reservedUnits: 0n, closedAt: now });
    const expired = arm();
    expired.end('EXPIRE', null, proof, now);
    expect(expired.snapshot.status).toBe('EXPIRED');
    const denied = arm();
    denied.denyTriggered({ code: 'MARKET_STALE', detail: '' }, now);
    expect(denied.snapshot).toMatchObject({ status: 'RISK_DENIED', reservedUnits: 0n });
  });

  it('follows the quantity of what it belongs to, and no longer once it is on its way', () => {
    const order = arm();
    order.resize(4, 40n, now);
    expect(order.snapshot).toMatchObject({ lots: 4, reservedUnits: 40n });
    order.trigger(null, now);
    expect(() => order.resize(5, 50n, now)).toThrow('not held here');
  });

  it('is cancelled for whoever asks, once somebody asks for what was a reason of ours', () => {
    const order = arm();
    order.release(now);
    order.accept('v1', proof, now);
    order.requestCancel(now, 'GROUP');
    expect(order.snapshot.pending).toMatchObject({ kind: 'CANCEL', because: 'GROUP' });
    order.requestCancel(now);
    expect(order.snapshot.pending).toEqual({ kind: 'CANCEL', since: now, outcome: 'IN_FLIGHT' });
    const before = order.snapshot;
    order.requestCancel(now, 'EXPIRY');
    expect(order.snapshot).toBe(before);
  });

  it('tells that risk refused new terms under a version of its own, and is what it was', () => {
    const order = arm();
    const { version, ...before } = order.snapshot;
    order.denyAmend({ code: 'KILL_SWITCH', detail: '' }, proof, now);
    expect(order.snapshot).toEqual({ ...before, version: version + 1 });
    expect(types(order)).toEqual(['OrderArmed', 'OrderAmendRefused']);
  });

  it('hears nothing from a venue that does not have it', () => {
    const order = arm();
    order.accept('v1', proof, now);
    expect(order.snapshot.status).toBe('CREATED');
    const fill = {
      fillId: 'f',
      venueTradeId: '1',
      venueOrderId: 'v1',
      priceTicks: 1,
      lots: 1,
      notionalUnits: 1n,
    };
    const charged = { feeAsset: 'USDT', feeUnits: 0n, role: 'TAKER' as const, executedAt: now };
    expect(order.admits({ ...fill, ...charged })).toBe(false);
  });
});

describe('a trigger', () => {
  it('of a stop is the opposite of a take-profit of the same side, but for the touch itself', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('BUY' as const, 'SELL' as const),
        fc.nat(1_000),
        fc.nat(1_000),
        (side, stop, price) => {
          const stopped = touches('STOP_MARKET', side, stop, price);
          const taken = touches('TAKE_PROFIT_MARKET', side, stop, price);
          expect(stopped && taken).toBe(price === stop);
          expect(stopped || taken).toBe(true);
        },
      ),
    );
  });

  it('of a trailing stop stays behind the best price, rounded towards the market', () => {
    const ticks = fc.integer({ min: 10_000, max: 9_000_000_000_000 });
    fc.assert(
      fc.property(ticks, fc.integer({ min: 1, max: 5_000 }), (extreme, bps) => {
        const sell = BigInt(trailingStopTicks('SELL', extreme, bps)) * 10_000n;
        const buy = BigInt(trailingStopTicks('BUY', extreme, bps)) * 10_000n;
        const distance = BigInt(extreme) * BigInt(bps);
        expect(sell - (BigInt(extreme) * 10_000n - distance)).toBeGreaterThanOrEqual(0n);
        expect(sell - (BigInt(extreme) * 10_000n - distance)).toBeLessThan(10_000n);
        expect(BigInt(extreme) * 10_000n + distance - buy).toBeGreaterThanOrEqual(0n);
        expect(BigInt(extreme) * 10_000n + distance - buy).toBeLessThan(10_000n);
      }),
    );
  });

  it('makes a market or a limit order of its type', () => {
    expect(typeOnceTriggered('STOP_LIMIT')).toBe('LIMIT');
    expect(typeOnceTriggered('TRAILING_STOP_MARKET')).toBe('MARKET');
  });
});
