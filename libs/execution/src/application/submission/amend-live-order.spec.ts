import { formatScaled, Instrument, parseScaled } from '@sextant/kernel';
import type { DomainError } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { ExecutionWorld, instrument, turns } from '../execution-world.contract.js';
import type { CancelScript, Delivery, PlaceScript } from '../execution-world.contract.js';
import { orderOfRow } from '../account/order-rows.js';
import { termsTag } from '../requests/order-view.js';

async function world(...args: ConstructorParameters<typeof ExecutionWorld>): Promise<ExecutionWorld> {
  const made = new ExecutionWorld(...args);
  await made.start();
  return made;
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: DomainError) => error,
  );
const types = (here: ExecutionWorld) =>
  here.store.events.map(({ type }) => type).filter((type) => type.startsWith('Order'));
const usdt = (text: string) => parseScaled(text);

describe('an amendment', () => {
  it('replaces a resting order: the same order, another one at the venue, for what is left of the new total', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.trade(here.venue.orders[0]!, 40);
    await turns();
    const {
      outcome,
      order: amended,
      queuePriorityKept,
    } = await here.amend(order.id, { quantity: '0.003', price: '59000' });
    expect({ outcome, queuePriorityKept }).toEqual({ outcome: 'AMENDED', queuePriorityKept: false });
    expect(amended).toMatchObject({
      id: order.id,
      clientOrderId: order.clientOrderId,
      status: 'PARTIALLY_FILLED',
      quantity: '0.003',
      price: '59000',
      filledQuantity: '0.0004',
      pending: null,
      venueOrderId: 'v2',
    });
    expect(amended.venueOrders).toMatchObject([
      { clientOrderId: order.clientOrderId, venueOrderId: 'v1', quantity: '0.001', filledQuantity: '0.0004' },
      { venueOrderId: 'v2', quantity: '0.0026', price: '59000', filledQuantity: '0' },
    ]);
    expect(here.venue.orders).toMatchObject([{ status: 'CANCELED' }, { status: 'NEW', lots: 260 }]);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('153.4'));
    expect(types(here)).toEqual([
      'OrderPlaced',
      'OrderAccepted',
      'OrderPartiallyFilled',
      'OrderAmendRequested',
      'OrderRevisionEnded',
      'OrderReplaced',
      'OrderAccepted',
      'OrderAmended',
    ]);
    here.venue.trade(here.venue.orders[1]!, 260);
    await turns();
    expect(here.store.orders()).toMatchObject([{ status: 'FILLED', filled_lots: 300, reserved: 0n }]);
    checkBooks(here);
  });

  it('gives each of its events a version of its own', async () => {
    const here = await world();
    const { order } = await here.place();
    await here.amend(order.id, { quantity: '0.003' });
    here.venue.nextPlacement = 'REFUSE';
    await refusal(here.amend(order.id, { price: '59000' }));
    expect(types(here).at(-1)).toBe('OrderCanceled');
    const versions = here.store.events
      .filter(({ type }) => type.startsWith('Order'))
      .map(({ payload }) => (payload as { version: number }).version);
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  });

  it('holds what the dearer terms need through every fill until they are settled', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'LOST_BEFORE';
    const amended = here.amend(order.id, { quantity: '0.003', price: '59000' });
    here.venue.trade(here.venue.orders[0]!, 40);
    await turns();
    expect(here.store.orders()).toMatchObject([{ filled_lots: 40, pending: { kind: 'AMEND' } }]);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('153.4'));
    await here.advance(500);
    await amended;
  });

  it('books a trade id that the venue uses again for the order in its place', async () => {
    const here = await world({ tradeIds: 'REUSED' });
    const { order } = await here.place();
    here.venue.trade(here.venue.orders[0]!, 40);
    await turns();
    await here.amend(order.id, { quantity: '0.003' });
    here.venue.trade(here.venue.orders[1]!, 260);
    await turns();
    expect(here.store.orders()).toMatchObject([{ status: 'FILLED', filled_lots: 300 }]);
    expect(here.venue.fills.map(({ venueTradeId }) => venueTradeId)).toEqual(['t1', 't1']);
    expect(here.owned.closed).toBe(false);
    checkBooks(here);
  });

  it('reserves the difference before the cancellation goes out, and is denied where that is not there', async () => {
    const here = await world();
    const { order } = await here.place();
    const error = await refusal(here.amend(order.id, { quantity: '2' }));
    expect(error).toMatchObject({ code: 'INSUFFICIENT_BALANCE', context: { orderId: order.id } });
    expect(here.venue.orders).toMatchObject([{ status: 'NEW' }]);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('60'));
    expect(types(here).at(-1)).toBe('OrderAmendRefused');

    here.venue.nextCancel = 'LOST_BEFORE';
    void refusal(here.amend(order.id, { quantity: '1.5' }));
    await turns(20);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('90000'));
    expect((await refusal(here.place({ quantity: '0.2' })))?.code).toBe('INSUFFICIENT_BALANCE');
  });

  it('names the terms by its tag, which a fill leaves as it is', async () => {
    const here = await world();
    const { order } = await here.place();
    const tag = () => termsTag(orderOfRow(here.store.orders()[0] as never));
    const before = tag();
    here.venue.trade(here.venue.orders[0]!, 40);
    await turns();
    expect(tag()).toBe(before);
    const stale = { price: '59000', expectedFilledQuantity: '0' };
    expect((await refusal(here.amend(order.id, stale)))?.code).toBe('ORDER_CHANGED');
    const fresh = { price: '59000', expectedFilledQuantity: '0.0004', ifMatch: before };
    expect((await here.amend(order.id, fresh)).outcome).toBe('AMENDED');
    expect((await refusal(here.amend(order.id, { price: '58000', ifMatch: before })))?.code).toBe(
      'ORDER_CHANGED',
    );
    expect((await here.amend(order.id, { price: '59000' })).outcome).toBe('UNCHANGED');
  });

  it('refuses terms that the order or the venue cannot have, and changes nothing', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.trade(here.venue.orders[0]!, 40);
    await turns();
    for (const [request, code, nearestValid] of [
      [{ quantity: '0.0004' }, 'QUANTITY_BELOW_FILLED', '0.00041'],
      [{ quantity: '0.0003' }, 'QUANTITY_BELOW_FILLED', '0.00041'],
      [{ quantity: '0.00041' }, 'NOTIONAL_TOO_SMALL', '0.00049'],
      [{ quantity: '0.000415' }, 'QUANTITY_NOT_ON_STEP', '0.00041'],
      [{ price: '60000.001' }, 'PRICE_NOT_ON_TICK', '60000'],
      [{}, 'ORDER_TERMS_INVALID', undefined],
    ] as const) {
      const error = await refusal(here.amend(order.id, request));
      expect([error?.code, error?.context['nearestValid']]).toEqual([code, nearestValid]);
    }
    const { order: market } = await here.place({ type: 'MARKET' });
    expect((await refusal(here.amend(market.id, { quantity: '1' })))?.code).toBe('ORDER_ALREADY_CLOSED');
    expect(here.venue.accepted).toHaveLength(2);
  });

  it('to a price that the venue would not take is refused before anything is cancelled', async () => {
    const here = await world();
    const buy = { lowest: '0.8', highest: '1.2' };
    here.listed = Instrument.load({ ...instrument.spec, priceBands: { buy, sell: buy } });
    const { order } = await here.place();
    const error = await refusal(here.amend(order.id, { price: '30000', quantity: '0.01' }));
    expect([error?.code, error?.context['nearestValid']]).toEqual(['PRICE_OUT_OF_BOUNDS', '48000']);
    expect(here.venue.cancelsAsked).toEqual([]);
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', lots: 100 }]);
  });

  it('is refused while another change of the order is under way', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'LOST_BEFORE';
    void refusal(here.amend(order.id, { price: '59000' }));
    await turns(20);
    expect((await refusal(here.amend(order.id, { price: '58000' })))?.code).toBe('ORDER_NOT_AMENDABLE');
    expect(here.store.orders()).toMatchObject([{ pending: { kind: 'AMEND' } }]);
  });

  it('changes an order that waits here in one commit', async () => {
    const here = await world({});
    const conditions = {
      ...{ stopPrice: '61000', trailingDelta: null, trailingPercent: null, triggerBy: null },
      ...{ expireTime: null, displayQuantity: null, reduceOnly: false },
    };
    const { order } = await here.place({ type: 'STOP_LIMIT', price: '61500', conditions });
    const { order: amended, queuePriorityKept } = await here.amend(order.id, {
      quantity: '0.002',
      price: '61600',
    });
    expect(amended).toMatchObject({ status: 'CREATED', quantity: '0.002', price: '61600', venueOrders: [] });
    expect(queuePriorityKept).toBeNull();
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('123.2'));
    expect(here.venue.accepted).toEqual([]);
    here.crash();
    await here.start();
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('123.2'));
  });

  it('leaves the order as it was when the venue keeps it', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'REFUSE';
    const error = await refusal(here.amend(order.id, { quantity: '0.002' }));
    expect(error).toMatchObject({
      code: 'ORDER_AMEND_REFUSED',
      context: { reason: { code: 'MARKET_CLOSED' } },
    });
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', lots: 100, pending: null, progress: null }]);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('60'));
  });

  it('says loudly that an order is over whose replacement the venue refuses', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.trade(here.venue.orders[0]!, 40);
    await turns();
    here.venue.nextPlacement = 'REFUSE';
    const error = await refusal(here.amend(order.id, { price: '59000' }));
    expect(error).toMatchObject({
      code: 'ORDER_REPLACEMENT_REFUSED',
      context: {
        order: { status: 'CANCELED', filledQuantity: '0.0004', reason: { code: 'REPLACEMENT_REFUSED' } },
      },
    });
    expect(types(here).slice(-2)).toEqual(['OrderReplacementRefused', 'OrderCanceled']);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(0n);
    checkBooks(here);
  });

  it('does not replace what filled while it was to be cancelled', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'LOST_BEFORE';
    void refusal(here.amend(order.id, { quantity: '0.002' }, 0));
    await turns(20);
    here.venue.trade(here.venue.orders[0]!, 100);
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'FILLED', filled_lots: 100, lots: 100 }]);
    checkBooks(here);
  });

  it('is complete when as much is filled as the new total wants', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'LOST_BEFORE';
    void refusal(here.amend(order.id, { quantity: '0.0006' }, 0));
    await turns(20);
    here.venue.trade(here.venue.orders[0]!, 60);
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'FILLED', filled_lots: 60, lots: 60 }]);
    expect(here.venue.accepted).toHaveLength(1);
    checkBooks(here);
  });

  it('gives way to a cancellation', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'LOST_BEFORE';
    void refusal(here.amend(order.id, { quantity: '0.002' }, 0));
    await turns(20);
    const { order: canceled } = await here.cancel(order.id);
    expect(canceled).toMatchObject({
      status: 'CANCELED',
      reason: { code: 'CANCELED_ON_REQUEST' },
      quantity: '0.001',
    });
    await here.calm();
    expect(here.venue.accepted).toHaveLength(1);
    checkBooks(here);
  });

  it('finds out what became of either half whose answer was lost', async () => {
    for (const cancel of ['LOST_BEFORE', 'LOST_AFTER'] as const) {
      for (const placement of ['LOST_BEFORE', 'LOST_AFTER', 'LATE'] as const) {
        const here = await world();
        const { order } = await here.place();
        here.venue.nextCancel = cancel;
        here.venue.nextPlacement = placement;
        void refusal(here.amend(order.id, { price: '59000' }, 0));
        await turns();
        await here.calm();
        expect(here.store.orders()).toMatchObject([{ status: 'NEW', price_ticks: 5_900_000, pending: null }]);
        expect(here.venue.orders.filter(({ status }) => status === 'NEW')).toMatchObject([
          { priceTicks: 5_900_000 },
        ]);
        checkBooks(here);
      }
    }
  });

  it('goes on after a crash at any point of it', async () => {
    for (let at = 0; at < 60; at += 1) {
      const here = await world();
      const { order } = await here.place();
      here.venue.trade(here.venue.orders[0]!, 40);
      await turns();
      void refusal(here.amend(order.id, { quantity: '0.002', price: '59000' }, 0));
      await turns(at);
      here.crash();
      await here.start();
      await here.calm();
      const [row] = here.store.orders();
      expect([at, row!.status, row!.pending]).toEqual([at, 'PARTIALLY_FILLED', null]);
      expect([100, 200]).toContain(row!.lots);
      const open = here.venue.orders.filter(
        ({ status }) => status === 'NEW' || status === 'PARTIALLY_FILLED',
      );
      expect(open).toHaveLength(1);
      expect(open[0]!.lots).toBe(row!.lots === 100 ? 100 : 160);
      checkBooks(here);
    }
  });

  it('is dropped when it is found much later, and the order is left as it stands', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'LOST_BEFORE';
    void refusal(here.amend(order.id, { quantity: '0.002' }, 0));
    await turns(20);
    here.crash();
    await here.clock.advance(60_000);
    await here.start();
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', lots: 100, pending: null }]);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('60'));
    checkBooks(here);
  });

  it('takes back what rests beyond the new total when the order before it was filled after its end', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.trade(here.venue.orders[0]!, 30);
    await turns();
    await here.amend(order.id, { quantity: '0.0006' });
    const [first, second] = here.venue.orders;
    here.venue.tradeLate(first!, 10);
    await turns();
    const overrun = here.store.events.find(({ type }) => type === 'OrderOverrun');
    expect(overrun?.payload).toMatchObject({
      quantity: '0.0007',
      surplus: '0.0001',
      status: 'PARTIALLY_FILLED',
    });
    await here.advance(500);
    expect(here.store.orders()).toMatchObject([{ status: 'PARTIALLY_FILLED', lots: 60, filled_lots: 40 }]);
    expect(second).toMatchObject({ status: 'CANCELED', lots: 30 });
    expect(here.venue.orders[2]).toMatchObject({ status: 'NEW', lots: 20 });
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('12'));
    here.venue.trade(here.venue.orders[2]!, 20);
    await turns();
    expect(here.store.orders()).toMatchObject([{ status: 'FILLED', lots: 60, filled_lots: 60 }]);
    checkBooks(here);
  });

  it('is not complete while the last order at the venue rests, whatever the ones before it filled', async () => {
    const here = await world();
    const { order } = await here.place();
    await here.amend(order.id, { quantity: '0.0006' });
    here.venue.nextCancel = 'REFUSE';
    const [first, second] = here.venue.orders;
    here.venue.trade(second!, 40);
    here.venue.tradeLate(first!, 20);
    await turns();
    expect(here.store.orders()).toMatchObject([{ status: 'PARTIALLY_FILLED', lots: 80, filled_lots: 60 }]);
    await here.advance(3_000);
    expect(second).toMatchObject({ status: 'CANCELED', filledLots: 40 });
    expect(here.store.orders()).toMatchObject([{ status: 'CANCELED', filled_lots: 60 }]);
    checkBooks(here);
  });

  it.each(['FILLED', 'CANCELED'] as const)(
    'books what the venue fills of it after it is %s',
    async (status) => {
      const here = await world();
      const { order } = await here.place();
      await here.amend(order.id, { quantity: '0.0006' });
      const [first, second] = here.venue.orders;
      if (status === 'FILLED') here.venue.trade(second!, 60);
      else await here.cancel(order.id);
      await turns();
      here.venue.tradeLate(first!, 20);
      await here.calm();
      expect(here.store.orders()).toMatchObject([{ status, filled_lots: status === 'FILLED' ? 80 : 20 }]);
      checkBooks(here);
    },
  );

  it('books on the order what comes after as much was filled as the new total wants', async () => {
    const here = await world();
    const { order } = await here.place();
    here.venue.nextCancel = 'LOST_BEFORE';
    void refusal(here.amend(order.id, { quantity: '0.0006' }, 0));
    await turns(20);
    here.venue.trade(here.venue.orders[0]!, 60);
    await here.calm();
    here.venue.tradeLate(here.venue.orders[0]!, 15);
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'FILLED', filled_lots: 75, lots: 75 }]);
    checkBooks(here);
  });

  it('goes on taking back what rests beyond it after a crash', async () => {
    for (let at = 0; at < 40; at += 4) {
      const here = await world();
      const { order } = await here.place();
      await here.amend(order.id, { quantity: '0.0006' });
      here.venue.tradeLate(here.venue.orders[0]!, 10);
      await turns(at);
      here.crash();
      await here.start();
      await here.calm();
      expect([at, here.store.orders()[0]!.lots, here.venue.orders.at(-1)!.lots]).toEqual([at, 60, 50]);
      checkBooks(here);
    }
  });

  it('knows an order by every id that the venue has had for it, also once it is closed', async () => {
    const here = await world();
    const { order } = await here.place();
    await here.amend(order.id, { price: '59000' });
    const second = here.venue.orders[1]!;
    await here.cancel(order.id);
    here.crash();
    await here.start();
    second.status = 'NEW';
    here.venue.trade(second, 30);
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status: 'CANCELED', filled_lots: 30, origin: 'SEXTANT' }]);
  });
});

it('a stop that protects a position outlives a HALT between its cancellation and its replacement', async () => {
  const here = await world({ orderTypes: ['MARKET', 'LIMIT', 'STOP_MARKET'] });
  await here.place({ type: 'MARKET', quantity: '0.02' });
  const none = { trailingDelta: null, trailingPercent: null, triggerBy: null, expireTime: null };
  const conditions = { ...none, stopPrice: '58000', displayQuantity: null, reduceOnly: false };
  const { order } = await here.place({ side: 'SELL', type: 'STOP_MARKET', quantity: '0.01', conditions });
  const { session } = here.venue;
  const cancel = session!.cancel.bind(session);
  session!.cancel = (id) => {
    here.turn('HALT');
    return cancel(id);
  };
  void refusal(here.amend(order.id, { quantity: '0.015' }, 0));
  await here.advance(30_000);
  expect(here.venue.accepted).toHaveLength(2);
  here.turn(null);
  await here.advance(5_000);
  expect(here.store.orders().at(-1)).toMatchObject({ status: 'NEW', lots: 1_500 });
  expect(here.venue.orders.at(-1)).toMatchObject({ type: 'STOP_MARKET', status: 'NEW', lots: 1_500 });
});

describe('an amendment that the venue makes itself', () => {
  const amends = { quantity: 'UP_AND_DOWN', price: true, keepsQueue: false } as const;
  const native = { amend: 'NATIVE', amends } as const;

  it('keeps the order there, and holds what the new terms need', async () => {
    const here = await world(native);
    const { order } = await here.place();
    here.venue.trade(here.venue.orders[0]!, 40);
    await turns();
    const { outcome, order: amended } = await here.amend(order.id, { quantity: '0.002', price: '59000' });
    expect(outcome).toBe('AMENDED');
    expect(amended).toMatchObject({
      status: 'PARTIALLY_FILLED',
      quantity: '0.002',
      price: '59000',
      venueOrderId: 'v1',
    });
    expect(amended.venueOrders).toHaveLength(1);
    expect(here.venue.orders).toMatchObject([{ lots: 200, priceTicks: 5_900_000 }]);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('94.4'));
    here.venue.trade(here.venue.orders[0]!, 160);
    await turns();
    expect(here.store.orders()).toMatchObject([{ status: 'FILLED', filled_lots: 200, attempts: 2 }]);
    checkBooks(here);
  });

  it('is a replacement where the venue cannot make these terms', async () => {
    const here = await world({ ...native, amends: { quantity: 'DOWN', price: false, keepsQueue: true } });
    const { order } = await here.place();
    const smaller = await here.amend(order.id, { quantity: '0.0009' });
    expect(smaller).toMatchObject({ outcome: 'AMENDED', queuePriorityKept: true });
    const larger = await here.amend(order.id, { quantity: '0.002' });
    expect(larger).toMatchObject({ outcome: 'AMENDED', queuePriorityKept: false });
    expect(here.venue.orders).toMatchObject([
      { status: 'CANCELED', lots: 90 },
      { status: 'NEW', lots: 200 },
    ]);
    checkBooks(here);
  });

  it('does not leave once the time of the order is over', async () => {
    const here = await world(native);
    const rest = { stopPrice: null, trailingDelta: null, trailingPercent: null, triggerBy: null };
    const expireTime = here.clock.now() + 2_000;
    const conditions = { ...rest, expireTime, displayQuantity: null, reduceOnly: false };
    const { order } = await here.place({ timeInForce: 'GTD', conditions });
    const release = here.holdCommits();
    void refusal(here.amend(order.id, { quantity: '0.002' }, 0));
    await turns();
    here.clock.jumpTo(expireTime);
    release();
    await here.advance(2_500);
    expect(here.venue.orders).toMatchObject([{ lots: 100, status: 'CANCELED' }]);
    expect(here.store.orders()).toMatchObject([{ status: 'EXPIRED', lots: 100 }]);
  });

  it('makes it smaller there when the order before it was filled after its end', async () => {
    const here = await world({ ...native, amends: { quantity: 'DOWN', price: false, keepsQueue: true } });
    const { order } = await here.place();
    await here.amend(order.id, { price: '59000' });
    const [first, second] = here.venue.orders;
    here.venue.tradeLate(first!, 25);
    await here.advance(500);
    expect(second).toMatchObject({ status: 'NEW', lots: 75 });
    expect(here.venue.orders).toHaveLength(2);
    expect(here.store.orders()).toMatchObject([{ status: 'PARTIALLY_FILLED', lots: 100, filled_lots: 25 }]);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('44.25'));
    checkBooks(here);
  });

  it('leaves the order as it was when the venue refuses', async () => {
    const here = await world(native);
    const { order } = await here.place();
    here.venue.nextPlacement = 'REFUSE';
    expect((await refusal(here.amend(order.id, { quantity: '0.002' })))?.code).toBe('ORDER_AMEND_REFUSED');
    expect(here.store.orders()).toMatchObject([{ status: 'NEW', lots: 100, pending: null }]);
    expect(here.owned.risk.lockedUnits('USDT')).toBe(usdt('60'));
  });

  it.each([
    ['REFUSE', 'PARTIALLY_FILLED'],
    ['ANSWER', 'CANCELED'],
  ] as const)('counts beside a cancellation until it is known: %s', async (cancellation, status) => {
    const here = await world(native);
    const { order } = await here.place();
    const [there] = here.venue.orders;
    here.venue.session!.amend = () => {
      there!.lots = 200;
      return new Promise(() => undefined);
    };
    void refusal(here.amend(order.id, { quantity: '0.002' }, 0));
    await turns();
    here.venue.delivery = 'LATER';
    here.venue.nextCancel = cancellation;
    if (cancellation === 'ANSWER') here.venue.trade(there!, 150);
    void refusal(here.cancel(order.id, 0));
    await turns();
    if (cancellation === 'REFUSE') here.venue.trade(there!, 150);
    await here.calm();
    expect(here.store.orders()).toMatchObject([{ status, lots: 200, filled_lots: 150, pending: null }]);
    checkBooks(here);
  });

  it('finds out which terms the order has when no answer came, whatever fills and crashes meanwhile', async () => {
    for (const script of ['LOST_BEFORE', 'LOST_AFTER'] as const) {
      for (const at of [0, 5, 10, 15, 20, 30]) {
        const here = await world(native);
        const { order } = await here.place();
        here.venue.nextPlacement = script;
        void refusal(here.amend(order.id, { quantity: '0.002' }, 0));
        await turns(at);
        here.crash();
        await here.start();
        here.venue.trade(here.venue.orders[0]!, 70);
        await here.calm();
        const [row] = here.store.orders();
        expect(row).toMatchObject({ pending: null, lots: here.venue.orders[0]!.lots, filled_lots: 70 });
        checkBooks(here);
      }
    }
  });
});

describe('amendments under faults', () => {
  const scripts: PlaceScript[] = [
    'ANSWER',
    'LOST_BEFORE',
    'LOST_AFTER',
    'LATE',
    'REFUSE',
    'NEVER_ANSWERED',
    'SWALLOWED',
  ];
  const cancels: CancelScript[] = ['ANSWER', 'ANSWER', 'LOST_BEFORE', 'LOST_AFTER', 'REFUSE'];
  const deliveries: Delivery[] = ['ONCE', 'TWICE', 'LATER', 'DROPPED'];
  const step = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('place' as const),
        lots: fc.integer({ min: 50, max: 400 }),
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('amend' as const),
        at: fc.nat(3),
        lots: fc.integer({ min: 10, max: 600 }),
        priceTicks: fc.integer({ min: 5_800_000, max: 6_100_000 }),
        cancel: fc.constantFrom(...cancels),
        script: fc.constantFrom(...scripts),
        delivery: fc.constantFrom(...deliveries),
        turns: fc.nat(50),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('trade' as const), at: fc.nat(9), lots: fc.nat(200) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('cancel' as const), at: fc.nat(3), turns: fc.nat(30) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(50, 400, 2_500) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  );
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  async function act(here: ExecutionWorld, action: Step): Promise<void> {
    const { venue, store } = here;
    if (action.kind === 'place') {
      const quantity = formatScaled(BigInt(action.lots) * 10n ** 13n);
      venue.nextPlacement = 'ANSWER';
      void refusal(here.place({ side: action.side, quantity }));
      await turns(30);
    } else if (action.kind === 'amend') {
      const row = store.orders()[action.at];
      if (row === undefined) return;
      venue.nextCancel = action.cancel;
      venue.nextPlacement = action.script;
      venue.delivery = action.delivery;
      const quantity = formatScaled(BigInt(action.lots) * 10n ** 13n);
      const price = formatScaled(BigInt(action.priceTicks) * 10n ** 16n);
      void refusal(here.amend(row.order_id, { quantity, price }));
      await turns(action.turns);
    } else if (action.kind === 'trade') {
      const order = venue.orders[action.at];
      if (order !== undefined) venue.trade(order, action.lots);
    } else if (action.kind === 'cancel') {
      const row = store.orders()[action.at];
      if (row !== undefined) void refusal(here.cancel(row.order_id));
      await turns(action.turns);
    } else if (action.kind === 'crash') {
      here.crash();
      await here.start();
    } else if (action.kind === 'wait') await here.advance(action.ms);
    else venue.settle();
  }

  it('never has two orders at the venue for one, books every fill on it, and holds what it needs', async () => {
    const traits = fc.constantFrom('AFTER_WINDOW' as const, 'AFTER_REOPEN' as const);
    const steps = fc.array(step, { minLength: 2, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(traits, steps, async (absenceProof, actions) => {
        const here = await world({ absenceProof });
        await here.place();
        for (const action of actions) await act(here, action);
        await here.calm();
        checkBooks(here);
        here.crash();
        await here.start();
        await here.calm();
        checkBooks(here);
      }),
    );
  }, 120_000);
});

/** Judged from the venue's own books: one order of ours has one there at a time, and all that its orders filled. */
function checkBooks(here: ExecutionWorld): void {
  const { store, venue, owned } = here;
  expect(here.broken).toEqual([]);
  expect(venue.doubled).toEqual([]);
  expect(owned.reconciled).toBe(true);
  expect(
    store
      .fills()
      .map(({ venue_trade_id: id }) => id)
      .sort(),
  ).toEqual(venue.fills.map(({ venueTradeId }) => venueTradeId).sort());
  const rows = store.orders();
  expect(rows.every(({ origin }) => origin === 'SEXTANT')).toBe(true);
  for (const row of rows) {
    const order = orderOfRow(row as never);
    const there = venue.orders.filter(({ orderId }) => orderId === row.order_id);
    expect(row.filled_lots).toBe(there.reduce((sum, { filledLots }) => sum + filledLots, 0));
    expect(order.filledLots <= (order.lots ?? 0)).toBe(true);
    expect(['PENDING_SUBMIT', 'OUTCOME_UNKNOWN', 'PENDING_CANCEL']).not.toContain(row.status);
    const open = there.filter(({ status }) => status === 'NEW' || status === 'PARTIALLY_FILLED');
    expect(open).toHaveLength(order.closedAt === null ? 1 : 0);
    const [resting] = open;
    if (resting === undefined) continue;
    expect(resting.lots! - resting.filledLots).toBe(order.lots! - order.filledLots);
    expect(resting.priceTicks).toBe(order.priceTicks);
    expect(order.pending).toBeNull();
    const rest = BigInt(order.lots! - order.filledLots);
    const needed = row.side === 'BUY' ? rest * BigInt(order.priceTicks!) * 10n ** 11n : rest * 10n ** 13n;
    expect(order.reservedUnits - needed >= 0n && order.reservedUnits - needed < 10n).toBe(true);
  }
  for (const asset of ['USDT', 'BTC']) {
    const reserved = rows
      .filter((row) => row.reserved_asset === asset)
      .reduce((sum, row) => sum + row.reserved, 0n);
    expect(owned.risk.lockedUnits(asset)).toBe(reserved);
    expect(owned.portfolio.totalUnits(asset)).toBe(venue.balance.get(asset));
  }
}
