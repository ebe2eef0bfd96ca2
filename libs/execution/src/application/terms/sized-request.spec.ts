import { parseScaled } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { ExecutionWorld, instrument } from '../execution-world.contract.js';
import type { OrderRequest, SizingRequest } from '../requests/order-request.js';

const sizing = (by: SizingRequest['by'], share: string, stopPrice: string | null = null) => ({
  quantity: null,
  sizing: { by, share, stopPrice },
});
const started = async (): Promise<ExecutionWorld> => {
  const world = new ExecutionWorld();
  await world.start();
  return world;
};
const equityOf = (world: ExecutionWorld) => world.owned.equity('USDT').units ?? 0n;

describe('a quantity that follows from the account', () => {
  it('is a share of its equity at the limit, rounded down to the step, and the preview says the same', async () => {
    const world = await started();
    const wanted: Partial<OrderRequest> = { price: '50000', ...sizing('EQUITY', '0.1') };
    const preview = await world.preview(wanted);
    const { order } = await world.place(wanted);
    const exact = equityOf(world) / 1_000n / 50_000n;
    expect(preview.sizing).toMatchObject({ by: 'EQUITY', share: '0.1', asset: 'USDT', price: '50000' });
    expect(order.quantity).toBe(preview.order.quantity);
    expect(parseScaled(order.quantity ?? '')).toBe(exact - (exact % instrument.stepUnits));
    expect(world.store.orders()[0]?.conditions).toMatchObject({ sizing: preview.sizing });
  });

  it('counts what is held beside the quote asset, at its mark', async () => {
    const world = await started();
    const before = equityOf(world);
    await world.place({ type: 'MARKET', quantity: '0.002' });
    const spread = before - equityOf(world);
    expect(spread).toBeGreaterThanOrEqual(0n);
    expect(spread).toBeLessThan(parseScaled('1'));
  });

  it('risks no more than it says between entry and stop', async () => {
    const world = await started();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 30_000, max: 59_000 }),
        async (tenths, stop) => {
          const share = `0.${String(tenths).padStart(2, '0')}`;
          const wanted = { price: '60000', ...sizing('RISK', share, String(stop)) };
          const { order } = await world.preview(wanted).catch(() => ({ order: null }));
          if (order === null) return;
          const loss = parseScaled(order.quantity ?? '') * BigInt(60_000 - stop);
          const allowed = (equityOf(world) * parseScaled(share)) / parseScaled('100');
          expect(loss).toBeLessThanOrEqual(allowed);
          expect(loss + instrument.stepUnits * BigInt(60_000 - stop)).toBeGreaterThan(allowed);
        },
      ),
    );
  });

  it('takes the distance from the stop that is attached, and gives its legs the same quantity', async () => {
    const world = await started();
    const conditions = {
      ...{ stopPrice: '50000', trailingDelta: null, trailingPercent: null, triggerBy: 'LAST' as const },
      ...{ expireTime: null, displayQuantity: null, reduceOnly: false },
    };
    const leg: OrderRequest = {
      ...{ symbol: 'BTC/USDT', side: 'SELL', type: 'STOP_MARKET', quantity: null, quoteQuantity: null },
      ...{ price: null, timeInForce: null, postOnly: false, clientOrderId: null, strategy: null, tags: [] },
      conditions,
    };
    const group = { type: 'BRACKET' as const, others: [{ request: leg, pointer: '/stopLoss' }] };
    await world.place({ price: '59000', ...sizing('RISK', '0.2') }, null, 100, group);
    const [entry, stop] = world.store.orders();
    expect(entry?.conditions).toMatchObject({ sizing: { by: 'RISK', stopPrice: '50000' } });
    expect(stop?.lots).toBe(entry?.lots);
    expect(stop?.conditions).not.toHaveProperty('sizing');
  });

  it('is refused where it cannot be told, or means nothing', async () => {
    const world = await started();
    const refused = (wanted: Partial<OrderRequest>, why: object) =>
      expect(world.place(wanted)).rejects.toMatchObject(why);
    await refused(
      { quantity: '1', sizing: { by: 'EQUITY', share: '1', stopPrice: null } },
      {
        code: 'ORDER_TERMS_INVALID',
        context: { pointer: '/equityPercent' },
      },
    );
    await refused(sizing('EQUITY', '100.1'), { context: { pointer: '/equityPercent' } });
    await refused(sizing('RISK', '1'), { context: { pointer: '/riskPercent' } });
    await refused(sizing('RISK', '1', '60001'), { context: { pointer: '/stopPrice' } });
    await refused(sizing('EQUITY', '0.000001'), { code: 'QUANTITY_TOO_SMALL' });
    await world.place({ type: 'MARKET', quantity: '0.002' });
    world.prices.stale = true;
    await refused(sizing('EQUITY', '1'), {
      code: 'EQUITY_UNKNOWN',
      context: { assets: ['BTC'] },
    });
    expect(world.store.orders()).toHaveLength(1);
  });

  it('is resolved once: the same request again, after a crash and at another price, answers the same order', async () => {
    const world = await started();
    const wanted: Partial<OrderRequest> = { price: '50000', ...sizing('EQUITY', '0.1') };
    const { order } = await world.place(wanted, 'k1');
    world.crash();
    await world.start();
    await world.advance(2_000);
    await world.place({ type: 'MARKET', quantity: '0.002' });
    await world.move(7_000_000);
    const again = await world.place(wanted, 'k1');
    expect(again).toMatchObject({ replayed: true, order: { id: order.id, quantity: order.quantity } });
  });
});
