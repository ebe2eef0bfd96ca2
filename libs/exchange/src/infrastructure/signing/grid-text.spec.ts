import { formatScaled, parseScaled } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { GridText } from './grid-text.js';

it.each([
  ['0.01', 6_000_001, '60000.01'],
  ['0.01', 6_000_010, '60000.1'],
  ['0.01', 6_000_000, '60000'],
  ['0.00001', 7, '0.00007'],
  ['0.25', 3, '0.75'],
  ['10', 147_609_100, '1476091000'],
  ['0.000000000000000001', 1, '0.000000000000000001'],
  ['1', Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ['0.01', 0, '0'],
])('%s × %i is %s', (step, count, text) => {
  expect(new GridText(parseScaled(step)).of(count)).toBe(text);
});

it('is the exact product, whatever the step and the count', () => {
  const step = fc.oneof(
    fc.integer({ min: 0, max: 24 }).map((exponent) => 10n ** BigInt(exponent)),
    fc.bigInt({ min: 1n, max: 10n ** 24n }),
  );
  fc.assert(
    fc.property(step, fc.nat({ max: Number.MAX_SAFE_INTEGER }), (stepUnits, count) => {
      expect(new GridText(stepUnits).of(count)).toBe(formatScaled(BigInt(count) * stepUnits));
    }),
  );
});
