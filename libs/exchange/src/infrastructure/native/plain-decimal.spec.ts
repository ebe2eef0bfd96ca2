import { formatScaled } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { plainDecimal } from './plain-decimal.js';

it.each([
  ['0E-10', '0'],
  ['1e-05', '0.00001'],
  ['1.50e-7', '0.00000015'],
  ['1.5E+3', '1500'],
  ['12e0', '12'],
  ['0.1000', '0.1'],
  ['35650565900', '35650565900'],
  ['0.010000000000000000', '0.01'],
  [7, '7'],
])('%s is %s', (value, text) => {
  expect(plainDecimal(value, 'it')).toBe(text);
});

it.each([
  null,
  undefined,
  '',
  'NaN',
  'Infinity',
  '-1',
  '-0',
  '+1',
  '1e',
  'e5',
  '1e400',
  '1e99',
  '1e-19',
  '0.0000000000000000001',
  '1,5',
  '١',
  ' 1',
  '0x10',
  0.1,
  {},
  ['1'],
  '9'.repeat(60),
])('%j is no value', (value) => {
  expect(() => plainDecimal(value, 'it')).toThrow(UnreadableAnswer);
});

it('keeps every digit of what JavaScript itself would write with an exponent', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 37n }), fc.integer({ min: 0, max: 18 }), (units, shift) => {
      const digits = units.toString();
      const moved = `${digits.slice(0, 1)}.${digits.slice(1) || '0'}e${digits.length - 1 - 18}`;
      expect(plainDecimal(digits.length <= 31 ? moved : formatScaled(units), 'it')).toBe(formatScaled(units));
      expect(plainDecimal(`${digits.slice(0, 20)}e-${shift}`, 'it')).toBe(
        formatScaled(BigInt(digits.slice(0, 20)) * 10n ** BigInt(18 - shift)),
      );
    }),
  );
});
