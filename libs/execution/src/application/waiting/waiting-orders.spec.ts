import { Instrument, ONE } from '@sextant/kernel';
import type { VenueTraits } from '@sextant/exchange';

import { ExecutionWorld, instrument, turns } from '../execution-world.contract.js';
import type { ConditionsRequest, OrderRequest } from '../requests/order-request.js';

const CONDITIONS: ConditionsRequest = {
  stopPrice: null,
  trailingDelta: null,
  trailingPercent: null,
  triggerBy: null,
  expireTime: null,
  displayQuantity: null,
  reduceOnly: false,
};

const asking = (conditions: Partial<ConditionsRequest>, rest: Partial<OrderRequest> = {}) => ({
  ...rest,
  conditions: { ...CONDITIONS, ...conditions },
});
const stop = (stopPrice: string, rest: Partial<OrderRequest> = {}) =>
  asking({ stopPrice }, { side: 'SELL', type: 'STOP_MARKET', ...rest });
const trailing = (conditions: Partial<ConditionsRequest>) =>
  asking({ trailingDelta: 100, ...conditions }, { side: 'SELL', type: 'TRAILING_STOP_MARKET' });

async function started(traits: Partial<VenueTraits> = {}): Promise<ExecutionWorld> {
  const world = new ExecutionWorld(traits);
  await world.start();
  return world;
}

/** An account that holds what its stops close. */
async function holding(quantity = '0.001', traits: Partial<VenueTraits> = {}): Promise<ExecutionWorld> {
  const world = await started(traits);
  await world.place({ type: 'MARKET', quantity });
  world.venue.accepted.length = 0;
  return world;
}

const orderOf = (world: ExecutionWorld, id: string) =>
  world.store.orders().find((row) => row.order_id === id)!;
const eventsOf = (world: ExecutionWorld, id: string) =>
  world.store.events.filter(({ payload }) => payload['orderId'] === id).map(({ type }) => type);

it('a stop beyond those that the venue takes in a market waits here, and goes out at its price', async () => {
  const world = new ExecutionWorld({ orderTypes: ['MARKET', 'LIMIT', 'STOP_MARKET'] });
  world.listed = Instrument.load({ ...instrument.spec, maxTriggerOrders: 2 });
  await world.start();
  const none = { trailingDelta: null, trailingPercent: null, triggerBy: null, expireTime: null };
  const conditions = { ...none, stopPrice: '58000', displayQuantity: null, reduceOnly: false };
  const stop = () => world.place({ side: 'SELL', type: 'STOP_MARKET', quantity: '0.01', conditions });
  const placed = [await stop(), await stop(), await stop()];
  expect(placed.map(({ order }) => order.status)).toEqual(['NEW', 'NEW', 'CREATED']);
  expect(placed.map(({ order }) => order.conditions?.heldBy)).toEqual(['VENUE', 'VENUE', 'SEXTANT']);
  await world.move(5_790_000);
  expect(world.venue.orders.at(-1)).toMatchObject({ type: 'MARKET', status: 'FILLED' });
});

describe('a stop that is held here', () => {
  it('goes out once its price is touched: one commit with the attempt, then the venue', async () => {
    const world = await started();
    const { order } = await world.place(stop('59000'));
    expect(order).toMatchObject({ status: 'CREATED', trigger: { state: 'ARMED' } });
    await world.move(5_900_001);
    expect(world.venue.accepted).toEqual([]);
    await world.move(5_900_000);
    expect(world.venue.accepted).toEqual([order.id]);
    expect(orderOf(world, order.id)).toMatchObject({
      status: 'FILLED',
      attempts: 1,
      reserved: 0n,
      progress: { trigger: { state: 'TRIGGERED', triggeredTicks: 5_900_000 } },
    });
    expect(eventsOf(world, order.id).slice(0, 2)).toEqual(['OrderArmed', 'OrderTriggered']);
    expect([...world.store.rows.get('order_attempt')!.values()]).toMatchObject([
      { order_id: order.id, attempt: 1, decision: 'APPROVED' },
    ]);
  });

  it('waits for the price it was told to wait for', async () => {
    const world = await started();
    const { order } = await world.place(asking({ stopPrice: '59000', triggerBy: 'MARK' }, stop('59000')));
    world.prices.lastTicks = 5_800_000;
    await world.move(5_900_001);
    expect(orderOf(world, order.id).status).toBe('CREATED');
    await world.move(5_900_000);
    expect(orderOf(world, order.id).status).toBe('FILLED');
  });

  it('decides nothing on prices that may not be traded on', async () => {
    const world = await started();
    await world.place(stop('59000'));
    world.prices.stale = true;
    await world.move(5_000_000);
    expect(world.venue.accepted).toEqual([]);
    world.prices.stale = false;
    await world.move(5_950_000);
    expect(world.venue.accepted).toEqual([]);
    await world.move(5_000_000);
    expect(world.venue.accepted).toHaveLength(1);
  });

  it('listens to a market only while something waits for it', async () => {
    const world = await started();
    expect(world.prices.listening).toBe(0);
    const first = await world.place(stop('59000'));
    const second = await world.place(stop('58000'));
    expect(world.prices.listening).toBe(1);
    await world.cancel(first.order.id);
    expect(world.prices.listening).toBe(1);
    await world.cancel(second.order.id);
    expect(world.prices.listening).toBe(0);
  });

  it('is sent once, however often it is touched while that is being stored', async () => {
    const world = await started();
    const { order } = await world.place(stop('59000'));
    const release = world.holdCommits();
    await world.move(5_900_000);
    await world.move(5_890_000);
    await world.move(5_880_000);
    release();
    await turns();
    expect(world.venue.accepted).toEqual([order.id]);
    expect(orderOf(world, order.id).status).toBe('FILLED');
  });

  it.each([0, 1, 2, 3, 5, 9])('is cancelled or triggered, never both, %i turns apart', async (apart) => {
    const world = await started();
    const { order } = await world.place(stop('59000'));
    const canceling = world.cancel(order.id).catch(() => undefined);
    await turns(apart);
    await world.move(5_900_000);
    await canceling;
    const { status } = orderOf(world, order.id);
    expect({ status, sent: world.venue.accepted.length }).toEqual(
      status === 'CANCELED' ? { status, sent: 0 } : { status: 'FILLED', sent: 1 },
    );
  });

  it('goes out at the start when the market went through it meanwhile', async () => {
    const world = await started();
    const { order } = await world.place(stop('59000'));
    world.crash();
    await world.move(5_500_000);
    await world.start();
    await turns();
    expect(orderOf(world, order.id)).toMatchObject({ status: 'FILLED' });
    expect(world.venue.accepted).toEqual([order.id]);
  });

  it.each([0, 1, 2, 3, 4, 6, 8, 12, 20])(
    'is sent once when the process dies %i turns after the touch',
    async (after) => {
      const world = await holding();
      const { order } = await world.place(stop('59000'));
      world.prices.move(5_900_000, world.clock.now());
      await turns(after);
      world.crash();
      await turns();
      await world.start();
      await world.calm();
      expect(world.venue.accepted).toEqual([order.id]);
      expect(orderOf(world, order.id).status).toBe('FILLED');
      expect(world.owned.portfolio.position('BTC/USDT').signedUnits).toBeLessThan(0n);
      expect(world.owned.risk.lockedUnits('BTC')).toBe(0n);
    },
  );

  it('takes more for a BUY when the market has jumped beyond its trigger, and ends where that is not there', async () => {
    const world = await started();
    const buy = (quantity: string) => ({ ...stop('61000', { side: 'BUY' }), quantity });
    const small = await world.place(buy('0.001'));
    const large = await world.place(buy('1.59'));
    await world.move(6_300_000);
    expect(orderOf(world, small.order.id).status).toBe('FILLED');
    expect(orderOf(world, large.order.id)).toMatchObject({
      status: 'RISK_DENIED',
      reason: { code: 'INSUFFICIENT_BALANCE' },
      reserved: 0n,
    });
    expect(eventsOf(world, large.order.id)).toEqual(['OrderArmed', 'OrderDenied']);
  });
});

describe('what the moment forbids', () => {
  it('keeps a stop that protects a position armed, tells it once, and tries again each second', async () => {
    const world = await holding();
    const { order } = await world.place(stop('59000'));
    world.turn('HALT');
    await world.move(5_900_000);
    await world.advance(3_000);
    expect(orderOf(world, order.id)).toMatchObject({ status: 'CREATED', reason: { code: 'KILL_SWITCH' } });
    expect(eventsOf(world, order.id)).toEqual(['OrderArmed', 'OrderHeldBack']);
    world.turn(null);
    await world.advance(1_000);
    expect(orderOf(world, order.id)).toMatchObject({ status: 'FILLED', reason: null });
  });

  it('leaves it armed when the market has come back meanwhile', async () => {
    const world = await holding();
    const { order } = await world.place(stop('59000'));
    world.turn('HALT');
    await world.move(5_900_000);
    await world.move(5_950_000);
    world.turn(null);
    await world.advance(3_000);
    expect(orderOf(world, order.id).status).toBe('CREATED');
    await world.move(5_900_000);
    expect(orderOf(world, order.id).status).toBe('FILLED');
  });

  it('ends an order that opens a position', async () => {
    const world = await started();
    const { order } = await world.place(stop('61000', { side: 'BUY' }));
    world.turn('HALT');
    await world.move(6_100_000);
    expect(orderOf(world, order.id)).toMatchObject({
      status: 'RISK_DENIED',
      reason: { code: 'KILL_SWITCH' },
    });
  });

  it('waits for the account to agree with its venue', async () => {
    const world = await holding();
    const { order } = await world.place(stop('59000'));
    world.owned.reconciled = false;
    await world.move(5_900_000);
    expect(orderOf(world, order.id).status).toBe('CREATED');
    world.owned.reconciled = true;
    await world.advance(1_000);
    expect(orderOf(world, order.id).status).toBe('FILLED');
  });
});

describe('a market that counts in other steps than when the order was placed', () => {
  it.each([
    ['goes through its price', 5_900_000],
    ['stands where it stood', 6_000_000],
  ])('and %s: nothing is sent, and a person is told once', async (_, ticks) => {
    const world = await holding();
    const { order } = await world.place(stop('59000'));
    world.listed = Instrument.load({ ...instrument.spec, stepSize: '0.0001' });
    await world.move(ticks);
    await world.advance(12_000);
    expect(world.venue.accepted).toEqual([]);
    expect(orderOf(world, order.id)).toMatchObject({
      status: 'CREATED',
      reason: { code: 'MARKET_GRID_CHANGED' },
    });
    expect(eventsOf(world, order.id)).toEqual(['OrderArmed', 'OrderHeldBack']);
  });

  it('and is asked for an order that was lost on its way: it is not sent again', async () => {
    const world = await started();
    world.venue.nextPlacement = 'LOST_BEFORE';
    void world.place().catch(() => undefined);
    await turns();
    world.listed = Instrument.load({ ...instrument.spec, stepSize: '0.0001' });
    await world.advance(15_000);
    expect(world.venue.accepted).toEqual([]);
    expect(world.store.orders()).toMatchObject([{ status: 'REJECTED', reserved: 0n }]);
  });
});

describe('a reduce-only stop', () => {
  it('takes no more than what is left of the position', async () => {
    const world = await holding('0.002');
    const { order } = await world.place({
      ...asking({ stopPrice: '59000', reduceOnly: true }, stop('59000')),
      quantity: '0.00199',
    });
    await world.place({ type: 'MARKET', side: 'SELL', quantity: '0.001' });
    await world.move(5_900_000);
    // 0.002 less 0.1 % fee in base, less what was sold, in whole steps.
    expect(orderOf(world, order.id)).toMatchObject({ status: 'FILLED', lots: 99, filled_lots: 99 });
  });

  it('ends when there is nothing left to reduce', async () => {
    const world = await holding('0.001');
    const { order } = await world.place({
      ...asking({ stopPrice: '59000', reduceOnly: true }, stop('59000')),
      quantity: '0.00099',
    });
    await world.place({ type: 'MARKET', side: 'SELL', quantity: '0.00099' });
    await world.move(5_900_000);
    expect(orderOf(world, order.id)).toMatchObject({
      status: 'CANCELED',
      reason: { code: 'REDUCE_ONLY_WITHOUT_POSITION' },
    });
  });
});

describe('a trailing stop', () => {
  it('follows the best price and goes out when the market turns by its distance', async () => {
    const world = await started();
    const { order } = await world.place(trailing({}));
    for (const ticks of [6_050_000, 6_200_000, 6_140_000]) await world.move(ticks);
    expect(orderOf(world, order.id).status).toBe('CREATED');
    await world.move(6_138_000);
    expect(orderOf(world, order.id)).toMatchObject({
      status: 'FILLED',
      progress: { trigger: { state: 'TRIGGERED', extremeTicks: 6_200_000, triggeredTicks: 6_138_000 } },
    });
  });

  it('stores its best price at most once a second', async () => {
    const world = await started();
    const { order } = await world.place(trailing({}));
    for (let ticks = 6_000_000; ticks < 6_050_000; ticks += 1_000) await world.move(ticks);
    await world.advance(1_000);
    for (let ticks = 6_050_000; ticks < 6_090_000; ticks += 1_000) await world.move(ticks);
    await world.advance(1_000);
    expect(eventsOf(world, order.id)).toEqual(['OrderArmed', 'OrderTrailed', 'OrderTrailed']);
  });

  it('goes on from the stored best price and the market as it is', async () => {
    const world = await started();
    const { order } = await world.place(trailing({}));
    await world.move(6_200_000);
    await world.advance(1_000);
    world.crash();
    await world.move(6_150_000);
    await world.start();
    await turns();
    expect(orderOf(world, order.id).status).toBe('CREATED');
    await world.move(6_138_000);
    expect(orderOf(world, order.id).status).toBe('FILLED');
  });

  it('begins to trail where it was told to', async () => {
    const world = await started();
    const { order } = await world.place(trailing({ stopPrice: '61000' }));
    await world.move(6_090_000);
    await world.move(5_900_000);
    expect(orderOf(world, order.id).status).toBe('CREATED');
    await world.move(6_110_000);
    await world.move(6_048_900);
    expect(orderOf(world, order.id)).toMatchObject({
      status: 'FILLED',
      progress: { trigger: { extremeTicks: 6_110_000 } },
    });
  });
});

describe('an order with an end', () => {
  const until = (world: ExecutionWorld, ms: number) => ({
    timeInForce: 'GTD' as const,
    conditions: { ...CONDITIONS, expireTime: world.clock.now() + ms },
  });

  it('ends by our word while it is held here', async () => {
    const world = await started();
    const { order } = await world.place({
      ...stop('59000', { timeInForce: 'GTD' }),
      conditions: { ...CONDITIONS, stopPrice: '59000', expireTime: world.clock.now() + 10_000 },
    });
    await world.advance(9_900);
    expect(orderOf(world, order.id).status).toBe('CREATED');
    await world.advance(200);
    expect(orderOf(world, order.id)).toMatchObject({ status: 'EXPIRED', reserved: 0n });
    await world.move(5_900_000);
    expect(world.venue.accepted).toEqual([]);
  });

  it('is cancelled where the venue knows no end, and is expired by the proof of that', async () => {
    const world = await started();
    const { order } = await world.place(until(world, 10_000));
    expect(order).toMatchObject({ status: 'NEW', timeInForce: 'GTD' });
    expect(world.venue.orders[0]?.timeInForce).toBe('GTC');
    await world.advance(10_100);
    expect(orderOf(world, order.id)).toMatchObject({
      status: 'EXPIRED',
      reason: { code: 'EXPIRED_BY_TIME' },
    });
    expect(world.venue.orders[0]?.status).toBe('CANCELED');
  });

  it('ends after a restart that its end fell into', async () => {
    const world = await started();
    const { order } = await world.place(until(world, 10_000));
    world.crash();
    world.clock.advance(20_000);
    await world.start();
    await world.advance(100);
    expect(orderOf(world, order.id).status).toBe('EXPIRED');
  });

  it('is not sent again once its time is over, also where the venue would know its end', async () => {
    const world = await started({ timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'] });
    world.venue.nextPlacement = 'LOST_BEFORE';
    const placed = world.place(until(world, 1_000));
    await world.advance(20_000);
    const { order } = await placed;
    expect(world.venue.accepted).toEqual([]);
    expect(orderOf(world, order.id)).toMatchObject({ status: 'EXPIRED', reserved: 0n, attempts: 1 });
  });

  it('is filled when a fill came before its end', async () => {
    const world = await started();
    const { order } = await world.place(until(world, 10_000));
    world.venue.delivery = 'DROPPED';
    world.venue.trade(world.venue.orders[0]!, 100);
    await world.advance(10_100);
    await world.calm();
    expect(orderOf(world, order.id)).toMatchObject({ status: 'FILLED', filled_lots: 100 });
  });

  it('is left to a venue that knows the end, and swept up late', async () => {
    const world = await started({ timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'] });
    const { order } = await world.place(until(world, 10_000));
    expect(world.venue.orders[0]?.timeInForce).toBe('GTD');
    await world.advance(20_000);
    expect(orderOf(world, order.id).status).toBe('NEW');
    await world.advance(25_000);
    expect(orderOf(world, order.id).status).toBe('EXPIRED');
  });
});

it('prices a position by what is held, so a stop of nothing held does not count as protective', async () => {
  const world = await started();
  expect(world.owned.portfolio.position('BTC/USDT').signedUnits).toBe(0n);
  expect(world.owned.portfolio.totalUnits('BTC')).toBe(5n * ONE);
  const { order } = await world.place(stop('59000'));
  world.turn('HALT');
  await world.move(5_900_000);
  expect(orderOf(world, order.id).status).toBe('RISK_DENIED');
});
