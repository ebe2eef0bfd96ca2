import { formatScaled, ONE } from '@sextant/kernel';
import { shortfall } from './shortfall.js';
import { sliceOrderId } from './slice-order-id.js';

const bought = { filledUnits: 2n * ONE, quoteUnits: 202n * ONE, arrivalUnits: 100n * ONE };

it('counts as adverse what was paid beyond the price at arrival', () => {
  const cost = shortfall({ side: 'BUY', ...bought });
  expect([formatScaled(cost!.quoteUnits), formatScaled(cost!.bpsUnits)]).toEqual(['2', '100']);
});

it('counts the same as a gain for a sale', () => {
  const cost = shortfall({ side: 'SELL', ...bought });
  expect([formatScaled(cost!.quoteUnits), formatScaled(cost!.bpsUnits)]).toEqual(['-2', '-100']);
});

it('is nothing before the first fill', () => {
  expect(shortfall({ side: 'BUY', filledUnits: 0n, quoteUnits: 0n, arrivalUnits: ONE })).toBeNull();
});

it('calls a slice by the same id every time, in the form that every venue takes', () => {
  const id = `exe_0193476e0f2c7d3a9b1c5e8f7a6b4c2d`;
  expect(sliceOrderId(id, 0)).toBe('ord_0000476e0f2c7d3a9b1c5e8f7a6b4c2d');
  expect(sliceOrderId(id, 300)).toBe('ord_012c476e0f2c7d3a9b1c5e8f7a6b4c2d');
});
