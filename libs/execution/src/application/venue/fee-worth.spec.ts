import { ONE } from '@sextant/kernel';
import type { BookedFill } from '@sextant/portfolio';
import { ExecutionWorld } from '../execution-world.contract.js';
import { feeWorth, PRICE_HOLDS_MS } from './fee-worth.js';

const BUY = { side: 'BUY', type: 'MARKET', quantity: '0.01' } as const;

/** A venue that takes its fees in BNB. */
async function charging(priceUnits: bigint | null): Promise<ExecutionWorld> {
  const world = new ExecutionWorld({}, {}, 'LIVE');
  world.venue.feeAsset = 'BNB';
  world.venue.balance.set('BNB', 10n * ONE);
  world.otherMarks.set('BNB/USDT', priceUnits);
  world.otherMarks.set('USDT/BNB', null);
  await world.start();
  await world.advance(2_000);
  return world;
}

const memos = ({ store }: ExecutionWorld) =>
  store.ledger.filter(({ kind }) => kind === 'FILL').map(({ memo }) => memo);

describe('a fee in a third asset', () => {
  it('is worth what the asset costs at the venue when the fill is booked', async () => {
    const world = await charging(600n * ONE);
    await world.place(BUY, 'one');
    await world.calm();
    const values = memos(world).map(({ feeAsset, fee, feeValue }) => ({ feeAsset, fee, feeValue }));
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(value).toEqual({ feeAsset: 'BNB', fee: '0.001', feeValue: '0.6' });
    const { feeUnits, unvaluedFeeCount } = world.owned.portfolio.position('BTC/USDT');
    expect(unvaluedFeeCount).toBe(0);
    expect(feeUnits).toBe(BigInt(values.length) * 6n * 10n ** 17n);
    expect(world.owned.portfolio.totalUnits('BNB')).toBe(world.venue.balance.get('BNB'));
  });

  it('is worth nothing that is known where nobody says what the asset costs', async () => {
    const world = await charging(null);
    await world.place(BUY, 'one');
    await world.calm();
    expect(memos(world).map(({ feeValue }) => feeValue)).toContain(null);
    expect(world.owned.portfolio.position('BTC/USDT').unvaluedFeeCount).toBeGreaterThan(0);
  });

  it.each([
    [0, { feeValueUnits: 7n }],
    [PRICE_HOLDS_MS, { feeValueUnits: 7n }],
    [PRICE_HOLDS_MS + 1, {}],
  ])('is worth the price of now while its fill is no older: %i ms', (ageMs, worth) => {
    const fill = {
      feeAsset: 'BNB',
      feeUnits: ONE,
      base: 'BTC',
      quote: 'USDT',
      symbol: 'BTC/USDT',
    } as BookedFill;
    const told = feeWorth({ ...fill, executedAt: 1_000 }, { worth: () => 7n }, 1_000 + ageMs);
    expect(told).toEqual(worth);
  });
});
