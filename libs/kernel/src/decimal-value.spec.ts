import { fc } from '../../../test/support/property.js';
import { formatScaled, ONE } from './decimal-text.js';
import { Money, Percentage, Price, Quantity } from './decimal-value.js';

const units = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
const outOfRange = expect.objectContaining({ code: 'DECIMAL_OUT_OF_RANGE' });
const malformed = expect.objectContaining({ code: 'DECIMAL_MALFORMED' });

describe('a decimal value', () => {
  it('keeps every digit from text to text and to JSON', () => {
    fc.assert(
      fc.property(units, (value) => {
        const text = formatScaled(value);
        expect(Money.parse(text, 'USDT').toString()).toBe(text);
        expect(JSON.stringify({ value: Percentage.parse(text) })).toBe(`{"value":"${text}"}`);
      }),
    );
  });

  it.each([
    ['Price', Price.parse('1.5')],
    ['Quantity', Quantity.parse('0')],
    ['Quantity.ZERO', Quantity.ZERO],
    ['Money', Money.parse('-1', 'BTC')],
    ['Percentage', Percentage.parse('0.05')],
  ])('%s cannot be changed', (_, value) => {
    const before = value.toString();
    expect(() => Object.assign(value, { units: 5n })).toThrow(TypeError);
    expect(() => Object.assign(value, { asset: 'ETH' })).toThrow(TypeError);
    expect(() => Object.defineProperty(value, 'units', { value: 5n })).toThrow(TypeError);
    expect(value.toString()).toBe(before);
  });

  it.each(['1e5', '', ' 1', '0x1', '1'.repeat(50)])('of any kind refuses %j', (text) => {
    expect(() => Price.parse(text)).toThrow(malformed);
    expect(() => Quantity.parse(text)).toThrow(malformed);
    expect(() => Money.parse(text, 'USDT')).toThrow(malformed);
    expect(() => Percentage.parse(text)).toThrow(malformed);
  });
});

describe('Price', () => {
  it('is greater than zero', () => {
    expect(Price.parse('0.000000000000000001').units).toBe(1n);
    expect(() => Price.parse('0')).toThrow(outOfRange);
    expect(() => Price.parse('-0.00')).toThrow(outOfRange);
    expect(() => Price.parse('-1')).toThrow(outOfRange);
    expect(() => Price.ofUnits(0n)).toThrow(outOfRange);
  });
});

describe('Quantity', () => {
  it('is zero or more', () => {
    expect(Quantity.parse('-0').units).toBe(0n);
    expect(Quantity.ofUnits(ONE).toString()).toBe('1');
    expect(() => Quantity.parse('-0.1')).toThrow(outOfRange);
    expect(() => Quantity.ofUnits(-1n)).toThrow(outOfRange);
  });
});

describe('Money', () => {
  it('adds and negates exactly within one asset', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        const sum = Money.ofUnits(a, 'USDT').plus(Money.ofUnits(b, 'USDT'));
        expect(sum.units).toBe(a + b);
        expect(sum.asset).toBe('USDT');
        expect(sum.plus(sum.negated()).units).toBe(0n);
      }),
    );
  });

  it('of different assets never meets in one sum', () => {
    expect(() => Money.parse('1', 'BTC').plus(Money.parse('1', 'USDT'))).toThrow('cannot add USDT to BTC');
  });

  it.each(['', 'btc', 'B TC', 'BTC/USDT', 'A'.repeat(21), '__proto__'])(
    'has a real asset, not %j',
    (asset) => {
      expect(() => Money.parse('1', asset)).toThrow(expect.objectContaining({ code: 'ASSET_MALFORMED' }));
      expect(() => Money.ofUnits(1n, asset)).toThrow(expect.objectContaining({ code: 'ASSET_MALFORMED' }));
    },
  );
});
