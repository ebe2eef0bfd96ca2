import type { CountdownView } from './cancel-countdown.js';
import { ExecutionWorld, tenantId, turns } from '../execution-world.contract.js';

const started = async (traits = {}): Promise<ExecutionWorld> => {
  const world = new ExecutionWorld(traits);
  await world.start();
  return world;
};
const caller = { tenantId, actor: 'usr_1', traceId: null };
const setSwitch = (world: ExecutionWorld, seconds: number, keepProtective = true) =>
  world.command<CountdownView>('CancelAllAfter', { seconds, keepProtective, caller });
const statuses = (world: ExecutionWorld) => world.store.orders().map(({ status }) => status);
const told = (world: ExecutionWorld) =>
  world.store.events.map(({ type }) => type).filter((type) => type.startsWith('CancelAllAfter'));
const stop = {
  ...{ type: 'STOP_MARKET' as const, side: 'SELL' as const, price: null, quantity: '0.001' },
  conditions: {
    ...{ stopPrice: '50000', trailingDelta: null, trailingPercent: null, triggerBy: 'LAST' as const },
    ...{ expireTime: null, displayQuantity: null, reduceOnly: true },
  },
};

describe("a dead man's switch", () => {
  it('cancels all orders when nobody asks for more time, and counts once', async () => {
    const world = await started();
    await world.place();
    expect(await setSwitch(world, 2)).toMatchObject({ state: 'ARMED', seconds: 2, venueCounts: false });
    await world.advance(1_500);
    expect(statuses(world)).toEqual(['NEW']);
    await world.advance(1_500);
    expect(statuses(world)).toEqual(['CANCELED']);
    await world.place();
    await world.advance(10_000);
    expect(statuses(world)).toEqual(['CANCELED', 'NEW']);
    expect(told(world)).toEqual(['CancelAllAfterArmed', 'CancelAllAfterExpired']);
    expect(await world.store.cancelCountdown()).toMatchObject({ state: 'EXPIRED' });
  });

  it('begins anew when it is asked again, and is off with 0', async () => {
    const world = await started();
    await world.place();
    for (let round = 0; round < 3; round += 1) {
      await setSwitch(world, 2);
      await world.advance(1_500);
    }
    expect(statuses(world)).toEqual(['NEW']);
    expect(await setSwitch(world, 0)).toMatchObject({ state: 'DISARMED', expiresAt: null });
    await world.advance(10_000);
    expect(statuses(world)).toEqual(['NEW']);
  });

  it('leaves what protects a position unless it is told not to', async () => {
    const world = await started();
    await world.place({ type: 'MARKET', quantity: '0.002' });
    await world.place();
    await world.place(stop);
    await setSwitch(world, 1);
    await world.advance(2_000);
    expect(statuses(world)).toEqual(['FILLED', 'CANCELED', 'CREATED']);
    await setSwitch(world, 1, false);
    await world.advance(2_000);
    expect(statuses(world)).toEqual(['FILLED', 'CANCELED', 'CANCELED']);
  });

  it('counts on over a crash, from where it was', async () => {
    const world = await started();
    await world.place();
    await setSwitch(world, 4);
    await world.advance(1_000);
    world.crash();
    await world.start();
    await world.advance(2_000);
    expect(statuses(world)).toEqual(['NEW']);
    await world.advance(1_500);
    expect(statuses(world)).toEqual(['CANCELED']);
  });

  it('does at the start what ran out while nobody owned the account', async () => {
    const world = await started();
    await world.place();
    await setSwitch(world, 2);
    world.crash();
    world.clock.advance(60_000);
    await world.start();
    await world.advance(1_000);
    expect(statuses(world)).toEqual(['CANCELED']);
    expect(told(world)).toEqual(['CancelAllAfterArmed', 'CancelAllAfterExpired']);
  });

  it('is not lost by a crash while it goes off, whichever side of the commit that is on', async () => {
    for (const passed of [0, 1, 2, 3, 5, 8, 13, 40]) {
      const world = await started();
      await world.place();
      world.venue.nextCancel = 'LOST_BEFORE';
      await setSwitch(world, 1);
      world.clock.advance(0);
      const going = world.advance(1_000);
      await turns(60 * 20 + passed);
      world.crash();
      await going.catch(() => undefined);
      world.venue.nextCancel = 'ANSWER';
      await world.start();
      await world.calm();
      expect(statuses(world)).toEqual(['CANCELED']);
      expect(told(world).filter((type) => type.endsWith('Expired'))).toHaveLength(1);
    }
  });

  it('has the venue count beside it, never for less, and has it stop when it is taken back', async () => {
    const countdown = { minSeconds: 10, maxSeconds: 120, scope: 'ACCOUNT' as const };
    const world = await started({ countdown });
    await setSwitch(world, 60);
    await turns();
    expect(world.venue.countdowns).toEqual([]);
    expect(await setSwitch(world, 60, false)).toMatchObject({ venueCounts: true });
    expect(await setSwitch(world, 5, false)).toMatchObject({ venueCounts: true });
    await turns();
    expect(await setSwitch(world, 300, false)).toMatchObject({ venueCounts: false });
    await turns();
    expect(world.venue.countdowns).toEqual([60, 10, 0]);
    await setSwitch(world, 60, false);
    await turns();
    await setSwitch(world, 0);
    await turns();
    expect(world.venue.countdowns).toEqual([60, 10, 0, 60, 0]);
    expect(await world.store.cancelCountdown()).toMatchObject({ state: 'DISARMED', at_venue: false });
  });
});
