import type { VenueTraits } from '@sextant/exchange';
import { Instrument, ONE } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { instrument, MARK_TICKS } from '../execution-world.contract.js';
import { normaliseOrder } from './normalise-order.js';
import type { ConditionsRequest, OrderMoment, OrderRequest } from '../requests/order-request.js';

const traits = {
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC', 'IOC', 'FOK'],
  postOnly: true,
  marketByQuote: true,
} as unknown as VenueTraits;
const native = { ...traits, orderTypes: [...traits.orderTypes, 'STOP_MARKET'], iceberg: true } as VenueTraits;
const NOW = 1_700_000_000_000;

const unconditional: ConditionsRequest = {
  stopPrice: null,
  trailingDelta: null,
  trailingPercent: null,
  triggerBy: null,
  expireTime: null,
  displayQuantity: null,
  reduceOnly: false,
};

function request(changes: Partial<OrderRequest>, conditions?: Partial<ConditionsRequest>): OrderRequest {
  const type = changes.type ?? 'LIMIT';
  const limited = type === 'LIMIT' || type.endsWith('_LIMIT');
  return {
    symbol: 'BTC/USDT',
    side: 'BUY',
    type,
    quantity: '0.001',
    quoteQuantity: null,
    price: limited ? '60000' : null,
    timeInForce: null,
    postOnly: false,
    clientOrderId: null,
    strategy: null,
    tags: [],
    ...(conditions && { conditions: { ...unconditional, ...conditions } }),
    ...changes,
  };
}

function moment(changes: Partial<OrderMoment> = {}): OrderMoment {
  const market = {
    bidTicks: MARK_TICKS - 1,
    askTicks: MARK_TICKS + 1,
    markUnits: 60_000n * ONE,
    lastTicks: MARK_TICKS,
    asOf: NOW,
    stale: false,
  };
  return { market, now: NOW, positionUnits: ONE, triggersAtVenue: () => 0, ...changes };
}

const normalise = (order: OrderRequest, at = traits, now = moment()) =>
  normaliseOrder(order, instrument, at, now);

describe('the price of a limit order', () => {
  const bands = { buy: { lowest: '0.5', highest: '1.2' }, sell: { lowest: '0.8', highest: '2' } };
  const banded = Instrument.load({ ...instrument.spec, priceBands: bands });
  const at = (side: 'BUY' | 'SELL', price: string, now = moment()) =>
    normaliseOrder(request({ side, price }), banded, traits, now).priceTicks;

  it('is refused outside what the venue takes on its side, with the nearest that it takes', () => {
    for (const [side, price, nearestValid] of [
      ['BUY', '29999.99', '30000'],
      ['BUY', '72000.01', '72000'],
      ['SELL', '47999.99', '48000'],
      ['SELL', '120000.01', '120000'],
    ] as const) {
      expect(() => at(side, price)).toThrow(
        expect.objectContaining({
          code: 'PRICE_OUT_OF_BOUNDS',
          context: { pointer: '/price', nearestValid },
        }),
      );
      expect(at(side, nearestValid)).toBe(Number(nearestValid) * 100);
    }
  });

  it('is not judged where no price is known, and where the venue has no such rule', () => {
    expect(at('BUY', '10000', moment({ market: null }))).toBe(1_000_000);
    expect(normalise(request({ price: '10000' })).priceTicks).toBe(1_000_000);
  });
});

describe('the terms of an order that waits for a price', () => {
  it('are held here when the venue takes no more triggers in the market', () => {
    const few = Instrument.load({ ...instrument.spec, maxTriggerOrders: 5 });
    const stop = request({ type: 'STOP_MARKET', price: null }, { stopPrice: '61000' });
    const knows = { ...traits, orderTypes: [...traits.orderTypes, 'STOP_MARKET'] } as VenueTraits;
    const heldBy = (count: number) =>
      normaliseOrder(stop, few, knows, moment({ triggersAtVenue: () => count })).conditions?.heldBy;
    expect([0, 4, 5, 6].map(heldBy)).toEqual(['VENUE', 'VENUE', 'SEXTANT', 'SEXTANT']);
  });

  it('are held here where the venue does not know the type, and by the venue where it does', () => {
    const stop = request({ type: 'STOP_MARKET' }, { stopPrice: '61000' });
    expect(normalise(stop).conditions).toMatchObject({
      stopTicks: 6_100_000,
      triggerBy: 'LAST',
      heldBy: 'SEXTANT',
    });
    expect(normalise(stop, native).conditions).toMatchObject({ heldBy: 'VENUE' });
  });

  it('are held here when a spot market has no mark of its own to go by', () => {
    const stop = request({ type: 'STOP_MARKET' }, { stopPrice: '61000', triggerBy: 'MARK' });
    expect(normalise(stop, native).conditions).toMatchObject({ triggerBy: 'MARK', heldBy: 'SEXTANT' });
  });

  it.each([
    ['BUY', 'STOP_MARKET', '60000', '60000.01'],
    ['SELL', 'STOP_MARKET', '60000', '59999.99'],
    ['BUY', 'TAKE_PROFIT_MARKET', '60000', '59999.99'],
    ['SELL', 'TAKE_PROFIT_MARKET', '60000', '60000.01'],
  ] as const)(
    'of a %s %s are refused at %s, which is touched, and taken at %s',
    (side, type, touched, away) => {
      expect(() => normalise(request({ side, type }, { stopPrice: touched }))).toThrow(
        expect.objectContaining({
          code: 'TRIGGER_ALREADY_TOUCHED',
          context: { pointer: '/stopPrice', price: '60000' },
        }),
      );
      expect(normalise(request({ side, type }, { stopPrice: away })).conditions?.stopTicks).not.toBeNull();
    },
  );

  it('are judged by the mark where no trade is known', () => {
    const market = { ...moment().market!, lastTicks: null };
    const stop = request({ type: 'STOP_MARKET' }, { stopPrice: '60000' });
    expect(() => normalise(stop, traits, moment({ market }))).toThrow(
      expect.objectContaining({ code: 'TRIGGER_ALREADY_TOUCHED' }),
    );
  });

  it('name their own field when a price is off the grid', () => {
    const stop = request({ type: 'STOP_MARKET' }, { stopPrice: '61000.001' });
    expect(() => normalise(stop)).toThrow(
      expect.objectContaining({
        code: 'PRICE_NOT_ON_TICK',
        context: expect.objectContaining({ pointer: '/stopPrice' }),
      }),
    );
  });

  it('take a trailing distance in basis points or in percent, and one of them only', () => {
    const trailing = (conditions: Partial<ConditionsRequest>) =>
      normalise(request({ type: 'TRAILING_STOP_MARKET' }, conditions));
    expect(trailing({ trailingDelta: 150 }).conditions?.trailingBps).toBe(150);
    expect(trailing({ trailingPercent: '1.5' }).conditions?.trailingBps).toBe(150);
    const bad: [Partial<ConditionsRequest>, string][] = [
      [{ trailingDelta: 150, trailingPercent: '1.5' }, '/trailingPercent'],
      [{ trailingPercent: '0.001' }, '/trailingPercent'],
      [{ trailingPercent: '50.01' }, '/trailingPercent'],
      [{ trailingDelta: 0 }, '/trailingDelta'],
      [{}, '/trailingDelta'],
    ];
    for (const [conditions, pointer] of bad) {
      expect(() => trailing(conditions)).toThrow(expect.objectContaining({ context: { pointer } }));
    }
  });
});

describe('what stands where it means nothing', () => {
  it.each<[string, OrderRequest]>([
    ['/stopPrice', request({ type: 'STOP_MARKET' })],
    ['/stopPrice', request({ type: 'STOP_MARKET' }, {})],
    ['/stopPrice', request({ type: 'LIMIT' }, { stopPrice: '61000' })],
    ['/triggerBy', request({ type: 'LIMIT' }, { triggerBy: 'MARK' })],
    ['/price', request({ type: 'STOP_MARKET', price: '61000' }, { stopPrice: '61000' })],
    ['/price', request({ type: 'STOP_LIMIT', price: null }, { stopPrice: '61000' })],
    ['/trailingDelta', request({ type: 'STOP_MARKET' }, { stopPrice: '61000', trailingDelta: 10 })],
    ['/trailingDelta', request({ type: 'TRAILING_STOP_MARKET' })],
    ['/timeInForce', request({ type: 'STOP_MARKET', timeInForce: 'IOC' }, { stopPrice: '61000' })],
    [
      '/quantity',
      request({ type: 'STOP_MARKET', quantity: null, quoteQuantity: '100' }, { stopPrice: '61000' }),
    ],
    ['/expireTime', request({ timeInForce: 'GTD' })],
    ['/expireTime', request({}, { expireTime: NOW + 60_000 })],
    ['/expireTime', request({ timeInForce: 'GTD' }, { expireTime: NOW + 10 })],
    ['/displayQuantity', request({ timeInForce: 'IOC' }, { displayQuantity: '0.0005' })],
    ['/displayQuantity', request({}, { displayQuantity: '0.002' })],
    ['/postOnly', request({ type: 'STOP_LIMIT', postOnly: true }, { stopPrice: '61000' })],
    ['/reduceOnly', request({ type: 'MARKET', quantity: null, quoteQuantity: '100' }, { reduceOnly: true })],
  ])('is refused by %s', (pointer, order) => {
    expect(() => normalise(order, native)).toThrow(
      expect.objectContaining({ code: 'ORDER_TERMS_INVALID', context: expect.objectContaining({ pointer }) }),
    );
  });

  it('is not supported where the venue cannot hide a part', () => {
    expect(() => normalise(request({}, { displayQuantity: '0.0005' }))).toThrow(
      expect.objectContaining({ code: 'ORDER_TERMS_NOT_SUPPORTED' }),
    );
    expect(normalise(request({}, { displayQuantity: '0.0005' }), native).conditions?.displayLots).toBe(50);
  });
});

describe('reduceOnly', () => {
  const sell = request({ side: 'SELL', quantity: '0.5' }, { reduceOnly: true });

  it('caps an order to the position and never flips it', () => {
    expect(normalise(sell, traits, moment({ positionUnits: ONE / 4n })).lots).toBe(25_000);
    expect(normalise(sell, traits, moment({ positionUnits: ONE })).lots).toBe(50_000);
  });

  it('is refused without a position that this side makes smaller', () => {
    for (const positionUnits of [0n, -ONE, 10n ** 12n]) {
      expect(() => normalise(sell, traits, moment({ positionUnits }))).toThrow(
        expect.objectContaining({ code: 'REDUCE_ONLY_WITHOUT_POSITION' }),
      );
    }
  });

  it('is at most the position for any quantity and position', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 1_000_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (asked, held) => {
          const order = { ...sell, quantity: instrument.lotsToQuantity(asked).toString() };
          const positionUnits = BigInt(held) * instrument.stepUnits;
          if (held < 9) {
            expect(() => normalise(order, traits, moment({ positionUnits }))).toThrow();
            return;
          }
          expect(normalise(order, traits, moment({ positionUnits })).lots).toBe(Math.min(asked, held));
        },
      ),
    );
  });
});
