import type { KillMode } from '@sextant/risk';
import { fc } from '../../../../../test/support/property.js';
import { ExecutionWorld, turns } from '../execution-world.contract.js';

const started = async (limits = {}): Promise<ExecutionWorld> => {
  const world = new ExecutionWorld({}, limits);
  await world.start();
  return world;
};
const buyAtMarket = { type: 'MARKET', quantity: '0.002' } as const;
const row = (world: ExecutionWorld, status: string) =>
  world.store.orders().filter((one) => one.status === status);

describe('an order under a kill switch', () => {
  it('is denied and stored, and its cancellation still goes out', async () => {
    const world = await started();
    const { order } = await world.place();
    world.turn('HALT');
    await expect(world.place()).rejects.toMatchObject({
      code: 'KILL_SWITCH',
      context: { inputs: { mode: 'HALT', reason: 'drill', scope: { kind: 'ACCOUNT' } } },
    });
    expect(row(world, 'RISK_DENIED')).toHaveLength(1);
    expect((await world.cancel(order.id as never)).order.status).toBe('CANCELED');
    expect(world.venue.accepted).toHaveLength(1);
  });

  it('that was approved just before does not leave, neither then nor after the release', async () => {
    const world = await started();
    const go = world.holdCommits();
    const placed = world.place({}, null, 5_000).catch((error: unknown) => error);
    await turns();
    world.turn('HALT');
    go();
    await turns();
    world.turn(null);
    await world.advance(5_000);
    expect(await placed).toMatchObject({
      code: 'ORDER_REJECTED',
      context: { reason: { code: 'KILL_SWITCH' } },
    });
    await world.calm();
    expect(world.venue.accepted).toEqual([]);
    expect(row(world, 'REJECTED')[0]?.reason).toMatchObject({ code: 'KILL_SWITCH' });
  });

  it('that was lost on its way is not sent again, also when the switch is released meanwhile', async () => {
    const world = await started();
    world.venue.nextPlacement = 'LOST_BEFORE';
    const placed = world.place().catch((error: unknown) => error);
    await world.advance(200);
    await placed;
    expect(row(world, 'OUTCOME_UNKNOWN')).toHaveLength(1);
    world.turn('HALT');
    world.turn(null);
    await world.calm();
    expect(world.venue.accepted).toEqual([]);
    expect(row(world, 'REJECTED')[0]?.reason).toMatchObject({ code: 'KILL_SWITCH' });
    expect(world.store.events.find(({ type }) => type === 'OrderResolved')?.payload).toMatchObject({
      resolution: 'NOT_ACCEPTED',
    });
  });

  it('that protected nothing when it was stopped is not tried for ever once there is something to protect', async () => {
    const world = await started();
    const none = { trailingDelta: null, trailingPercent: null, triggerBy: null, expireTime: null };
    const conditions = { ...none, stopPrice: '59000', displayQuantity: null, reduceOnly: false };
    await world.place({ side: 'SELL', type: 'STOP_MARKET', quantity: '0.001', conditions });
    world.venue.nextPlacement = 'LOST_BEFORE';
    await world.move(5_890_000);
    expect(row(world, 'OUTCOME_UNKNOWN')).toHaveLength(1);
    world.turn('HALT');
    world.turn(null);
    await world.place({ ...buyAtMarket, quantity: '0.001' });
    await world.advance(30_000);
    const [stop] = world.store.orders();
    expect(stop).toMatchObject({ status: 'REJECTED', attempts: 1, reason: { code: 'KILL_SWITCH' } });
  });

  it('may make a position smaller while it is REDUCE_ONLY, and no more than that', async () => {
    const world = await started();
    await world.place(buyAtMarket);
    world.turn('REDUCE_ONLY');
    await expect(world.place(buyAtMarket)).rejects.toMatchObject({ code: 'KILL_SWITCH' });
    const sell = (quantity: string) => world.place({ ...buyAtMarket, side: 'SELL', quantity });
    await expect(sell('0.002')).rejects.toMatchObject({
      code: 'KILL_SWITCH',
      context: { currentValue: '0.002', limit: '0.001998' },
    });
    expect((await sell('0.00199')).order.status).toBe('FILLED');
  });

  it('rests on through a HALT, and is cancelled where the switch says so, also after a restart', async () => {
    const world = await started();
    await world.place();
    world.turn('HALT');
    await world.advance(2_000);
    expect(row(world, 'NEW')).toHaveLength(1);
    world.crash();
    world.turn('HALT', { cancelOrders: true });
    await world.start();
    await world.advance(2_000);
    expect(row(world, 'CANCELED')).toHaveLength(1);
  });
});

describe('LIQUIDATE', () => {
  it('cancels everything, closes the position by one order, and says that it is flat', async () => {
    const world = await started();
    await world.place(buyAtMarket);
    await world.place({ price: '50000' });
    const { switchId } = world.turn('LIQUIDATE');
    await world.advance(8_000);
    expect(row(world, 'CANCELED')).toHaveLength(1);
    const sold = world.store.orders().filter(({ side }) => side === 'SELL');
    expect(sold.map(({ status, lots, type }) => [status, lots, type])).toEqual([['FILLED', 199, 'MARKET']]);
    expect(world.board.liquidations()).toMatchObject([
      { switchId, state: 'FLAT', remaining: [{ quantity: '0.000008' }], liveOrders: 0, closingOrders: 1 },
    ]);
    const ended = world.store.events.filter(({ type }) => type === 'LiquidationEnded');
    expect(ended.map(({ payload }) => payload['outcome'])).toEqual(['FLAT']);
    await expect(world.place()).rejects.toMatchObject({ code: 'KILL_SWITCH' });
  });

  it('splits what is larger than one order may be', async () => {
    const world = await started({ maxOrderNotional: '130' });
    await world.place(buyAtMarket);
    await world.place(buyAtMarket);
    world.turn('LIQUIDATE');
    await world.advance(10_000);
    const sold = world.store.orders().filter(({ side }) => side === 'SELL');
    expect(sold.length).toBeGreaterThan(1);
    expect(sold.reduce((sum, { lots }) => sum + (lots ?? 0), 0)).toBe(399);
    expect(world.board.liquidations()[0]?.state).toBe('FLAT');
  });

  it('calls a person when it does not get on, and goes on once it can', async () => {
    const world = await started();
    await world.place(buyAtMarket);
    world.hasMarket = false;
    world.turn('LIQUIDATE');
    await world.advance(60_000);
    expect(world.board.liquidations()[0]?.state).toBe('NEEDS_PERSON');
    world.hasMarket = true;
    await world.advance(30_000);
    expect(world.board.liquidations()[0]?.state).toBe('FLAT');
  });

  it('waits behind a HALT that covers the same, and ends when it is released', async () => {
    const world = await started();
    await world.place(buyAtMarket);
    const wide = { scope: { kind: 'ALL', value: '' } } as const;
    world.turn('HALT', wide);
    world.turn('LIQUIDATE');
    await world.advance(20_000);
    expect(world.board.liquidations()[0]).toMatchObject({
      detail: 'BTC/USDT: KILL_SWITCH',
      closingOrders: 0,
    });
    expect(world.venue.accepted).toHaveLength(1);
    world.turn(null, wide);
    await world.advance(30_000);
    expect(world.board.liquidations()[0]?.state).toBe('FLAT');
    world.turn(null);
    await world.place();
  });

  it('whenever the process dies, sells what was held exactly once', async () => {
    const drawn = fc.record({
      deaths: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
      script: fc.constantFrom('ANSWER' as const, 'LOST_AFTER' as const, 'LOST_BEFORE' as const),
    });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ deaths, script }) => {
        const world = await started();
        await world.place(buyAtMarket);
        world.venue.nextPlacement = script;
        world.turn('LIQUIDATE');
        for (const steps of deaths) {
          await turns(steps * 7);
          world.crash();
          await world.start();
        }
        await world.calm();
        await world.advance(30_000);
        const sold = world.venue.fills.filter(({ side }) => side === 'SELL');
        expect(sold.reduce((sum, { lots }) => sum + lots, 0)).toBe(199);
        expect(world.board.liquidations()[0]?.state).toBe('FLAT');
      }),
      { numRuns: 25 },
    );
  });
});

it('whatever is switched and placed, nothing reaches the venue while a HALT is on', async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('SWITCH' as const),
      mode: fc.constantFrom<KillMode | null>('HALT', 'REDUCE_ONLY', null),
    }),
    fc.record({
      kind: fc.constant('PLACE' as const),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
    }),
    fc.record({ kind: fc.constant('WAIT' as const), steps: fc.integer({ min: 1, max: 30 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = await started();
      let isHalted = false;
      let atHalt = 0;
      const check = () => isHalted && expect(world.venue.accepted).toHaveLength(atHalt);
      for (const each of steps) {
        if (each.kind === 'SWITCH') {
          check();
          world.turn(each.mode);
          isHalted = each.mode === 'HALT';
          atHalt = world.venue.accepted.length;
        }
        if (each.kind === 'PLACE') void world.place({ side: each.side }).catch(() => undefined);
        if (each.kind === 'WAIT') await turns(each.steps);
      }
      check();
      await world.calm();
      check();
    }),
    { numRuns: 40 },
  );
});
