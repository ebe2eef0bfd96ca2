import type { VenueFill } from '@sextant/exchange';
import { Instrument, ONE } from '@sextant/kernel';
import { ExecutionWorld, instrument } from '../execution-world.contract.js';

const COARSER = Instrument.load({ ...instrument.spec, tickSize: '0.1', stepSize: '0.0001' });
const FINER = Instrument.load({ ...instrument.spec, stepSize: '0.000001', minQuantity: '0.000001' });

/** An order that rests at the venue, and the word of a fill of it in other steps. */
async function filledOn(grid: Instrument, counted: Pick<VenueFill, 'priceTicks' | 'lots'>) {
  const world = new ExecutionWorld();
  await world.start();
  const { order } = await world.place({ quantity: '0.001', price: '60000' });
  world.listed = grid;
  const fill: VenueFill = {
    venueTradeId: 't-after-the-change',
    venueOrderId: order.venueOrderId ?? '',
    clientOrderId: order.clientOrderId,
    symbol: 'BTC/USDT',
    side: 'BUY',
    feeAsset: 'USDT',
    feeUnits: 0n,
    role: 'MAKER',
    executedAt: world.clock.now(),
    ...counted,
  };
  world.venue.session?.emit({ kind: 'FILL', fill });
  await world.advance(500);
  return { world, order };
}

describe('a venue that changes its steps under an order that rests there', () => {
  it('is booked in the steps that the order was placed with', async () => {
    const { world, order } = await filledOn(COARSER, { priceTicks: 600_000, lots: 10 });
    expect(world.store.fills()).toMatchObject([
      { order_id: order.id, lots: 100, price_ticks: 6_000_000, quantity: ONE / 1_000n, price: 60_000n * ONE },
    ]);
    expect(world.store.orders()).toMatchObject([{ status: 'FILLED', cumulative_quote: 60n * ONE }]);
  });

  it('is booked on an order of its own, for what it is, where the steps do not come out whole', async () => {
    const { world, order } = await filledOn(FINER, { priceTicks: 6_000_000, lots: 15 });
    const [fill] = world.store.fills();
    expect(fill).toMatchObject({ lots: 15, quantity: 15n * (ONE / 1_000_000n), price: 60_000n * ONE });
    expect(fill?.order_id).not.toBe(order.id);
    expect(world.store.orders()).toContainEqual(
      expect.objectContaining({ order_id: fill?.order_id, origin: 'EXTERNAL' }),
    );
  });
});
