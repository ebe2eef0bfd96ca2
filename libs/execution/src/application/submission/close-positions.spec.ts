import { ExecutionWorld, turns } from '../execution-world.contract.js';
import type { GroupRequest, OrderRequest } from '../requests/order-request.js';

const conditions = {
  ...{ stopPrice: null, trailingDelta: null, trailingPercent: null, triggerBy: null },
  ...{ expireTime: null, displayQuantity: null },
};
const bought = { type: 'MARKET', quantity: '0.002' } as const;
const closing = (share = '1'): Partial<OrderRequest> => ({
  ...{ type: 'MARKET', side: 'SELL', quantity: null, price: null },
  conditions: { ...conditions, reduceOnly: true },
  sizing: { by: 'POSITION', share, stopPrice: null },
});
const leg = (type: OrderRequest['type'], price: string | null, stopPrice: string | null): OrderRequest => ({
  ...{ symbol: 'BTC/USDT', side: 'SELL', type, quantity: null, quoteQuantity: null, price },
  ...{ timeInForce: null, postOnly: false, clientOrderId: null, strategy: null, tags: [] },
  ...(stopPrice !== null && {
    conditions: { ...conditions, stopPrice, triggerBy: 'LAST' as const, reduceOnly: false },
  }),
});
const bracket: GroupRequest = {
  type: 'BRACKET',
  others: [
    { request: leg('STOP_MARKET', null, '50000'), pointer: '/stopLoss' },
    { request: leg('LIMIT', '70000', null), pointer: '/takeProfit' },
  ],
};
const started = async (): Promise<ExecutionWorld> => {
  const world = new ExecutionWorld();
  await world.start();
  return world;
};
const statuses = (world: ExecutionWorld) => world.store.orders().map(({ status }) => status);
const position = (world: ExecutionWorld) => world.owned.portfolio.position('BTC/USDT').signedUnits;

describe('an order that closes a position', () => {
  it('sells all that is held in whole steps, says what stays, and is the same order again', async () => {
    const world = await started();
    await world.place(bought);
    const held = position(world);
    const { order } = await world.place(closing(), 'c1');
    expect(order).toMatchObject({ status: 'FILLED', side: 'SELL', quantity: '0.00199' });
    expect(order.sizing).toMatchObject({ by: 'POSITION', of: '0.001998', dust: '0.000008' });
    expect(position(world)).toBe(held - 1_990_000_000_000_000n);
    expect(await world.place(closing(), 'c1')).toMatchObject({ replayed: true, order: { id: order.id } });
    expect(world.venue.accepted).toHaveLength(2);
  });

  it('sells a part of it, and is refused where there is nothing, or dust', async () => {
    const world = await started();
    await expect(world.place(closing())).rejects.toMatchObject({ code: 'REDUCE_ONLY_WITHOUT_POSITION' });
    await world.place(bought);
    expect((await world.place(closing('0.5'))).order.quantity).toBe('0.00099');
    await world.place(closing());
    await expect(world.place(closing())).rejects.toMatchObject({ code: 'QUANTITY_TOO_SMALL' });
    await expect(world.place(closing('1.1'))).rejects.toMatchObject({ context: { pointer: '/fraction' } });
  });

  it('takes the legs that protect it along, and goes out once they have ended', async () => {
    const world = await started();
    await world.place(bought, null, 100, bracket);
    await world.advance(500);
    const waits = world.place(closing(), 'c1', 3_000);
    await world.advance(3_000);
    expect((await waits).order).toMatchObject({ status: 'FILLED', quantity: '0.00199' });
    expect(statuses(world)).toEqual(['FILLED', 'CANCELED', 'CANCELED', 'FILLED']);
    expect(world.owned.risk.lockedUnits('BTC')).toBe(0n);
    await world.move(4_900_000);
    await world.calm();
    expect(world.store.orders()).toHaveLength(4);
  });

  it('leaves a bracket that has not begun, and cancels the rest of one that has', async () => {
    const world = await started();
    await world.place(bought);
    await world.place({ price: '55000', quantity: '0.002' }, null, 100, bracket);
    const { order } = await world.place({ side: 'SELL', price: '65000', quantity: '0.001' });
    const waits = world.place(closing(), null, 3_000);
    await world.advance(3_000);
    expect((await waits).order.status).toBe('FILLED');
    expect(world.store.orders().find((row) => row.order_id === order.id)?.status).toBe('CANCELED');
    expect(statuses(world).filter((status) => status === 'NEW' || status === 'CREATED')).toHaveLength(3);
  });

  it('of a part is refused where orders hold it, so that the rest stays protected', async () => {
    const world = await started();
    await world.place(bought, null, 100, bracket);
    await world.advance(500);
    await expect(world.place(closing('0.5'))).rejects.toMatchObject({
      code: 'POSITION_RESERVED',
      context: { pointer: '/fraction' },
    });
    expect(statuses(world).filter((status) => status === 'CANCELED')).toEqual([]);
  });

  it('cancels nothing when risk refuses it', async () => {
    const world = await started();
    await world.place(bought, null, 100, bracket);
    await world.advance(500);
    world.turn('HALT');
    await expect(world.place(closing())).rejects.toMatchObject({ code: 'KILL_SWITCH' });
    await world.advance(2_000);
    expect(statuses(world).filter((status) => status === 'CANCELED')).toEqual([]);
    world.turn('REDUCE_ONLY');
    const waits = world.place(closing(), null, 3_000);
    await world.advance(3_000);
    expect((await waits).order.status).toBe('FILLED');
  });

  it.each(['before the cancellation leaves', 'after it'])(
    'is finished by the process that takes over from one that died %s',
    async (when) => {
      const world = await started();
      await world.place(bought, null, 100, bracket);
      await world.advance(500);
      world.venue.nextCancel = when === 'after it' ? 'LOST_AFTER' : 'LOST_BEFORE';
      void world.place(closing(), 'c1', 3_000).catch(() => undefined);
      await turns(20);
      expect(statuses(world)).toHaveLength(4);
      world.crash();
      world.venue.nextCancel = 'ANSWER';
      await world.start();
      await world.advance(8_000);
      await world.calm();
      expect(statuses(world)).toEqual(['FILLED', 'CANCELED', 'CANCELED', 'FILLED']);
      const again = await world.place(closing(), 'c1');
      expect(again).toMatchObject({ replayed: true, order: { status: 'FILLED', quantity: '0.00199' } });
      expect(position(world)).toBe(8_000_000_000_000n);
    },
  );

  it('goes out for what is left when a leg fills while it is being cancelled', async () => {
    const world = await started();
    await world.place(bought, null, 100, bracket);
    await world.advance(500);
    const waits = world.place(closing(), null, 5_000).catch((error: unknown) => error);
    await world.move(7_000_000);
    await world.advance(5_000);
    await waits;
    await world.calm();
    expect(position(world)).toBeLessThan(10_000_000_000_000n);
    expect(position(world)).toBeGreaterThanOrEqual(0n);
    expect(world.owned.risk.lockedUnits('BTC')).toBe(0n);
  });
});
