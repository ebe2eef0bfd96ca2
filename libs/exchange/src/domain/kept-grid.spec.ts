import { Instrument } from '@sextant/kernel';
import type { InstrumentSpec } from '@sextant/kernel';
import { inKeptGrid } from './kept-grid.js';

const SPEC: InstrumentSpec = {
  venue: 'BINANCE',
  symbol: 'BTC/USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minPrice: '0.01',
  maxPrice: '1000000',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  makerFeeRate: '0.001',
  takerFeeRate: '0.001',
};

describe('rules that a venue tells anew', () => {
  it.each([
    ['coarser', '0.1', '0.0001'],
    ['finer', '0.001', '0.000001'],
    ['others', '0.07', '0.00003'],
  ])('count in the ticks and lots they were first told in, where they are %s', (_, tickSize, stepSize) => {
    const changed = { ...SPEC, tickSize, stepSize, minQuantity: '0.001', minNotional: '100' };
    const now = Instrument.load(inKeptGrid(changed, Instrument.load(SPEC)));
    expect(now).toMatchObject({ tickUnits: 10n ** 16n, stepUnits: 10n ** 13n, minLots: 100 });
    expect(now.minNotionalUnits).toBe(100n * 10n ** 18n);
  });

  it('are taken as they are the first time', () => {
    expect(inKeptGrid(SPEC, null)).toBe(SPEC);
  });
});
