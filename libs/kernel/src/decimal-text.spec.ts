import { fc } from '../../../test/support/property.js';
import {
  DECIMAL_PATTERN,
  divideScaled,
  formatScaled,
  isDecimalText,
  mulDivHalfEven,
  multiplyScaled,
  ONE,
  parseScaled,
} from './decimal-text.js';
import { DomainError } from './domain-error.js';

/** Any text the pattern admits, with leading and trailing zeros and `-0`. */
const decimalText = fc.stringMatching(DECIMAL_PATTERN);
const units = fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 38n });
const scale = fc.integer({ min: 0, max: 18 });

/** The value of plain decimal text as a fraction, read digit by digit: a second way to know the truth. */
function rational(text: string): { numerator: bigint; denominator: bigint } {
  let numerator = 0n;
  let denominator = 1n;
  let afterPoint = false;
  for (const character of text.replace('-', '')) {
    if (character === '.') afterPoint = true;
    else {
      numerator = numerator * 10n + BigInt(character.charCodeAt(0) - 48);
      if (afterPoint) denominator *= 10n;
    }
  }
  return { numerator: text.startsWith('-') ? -numerator : numerator, denominator };
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

describe('decimal text', () => {
  it('is read as the same rational number', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        const { numerator, denominator } = rational(text);
        expect(parseScaled(text) * denominator).toBe(numerator * ONE);
      }),
    );
  });

  it('is written so that reading it gives the same units, without trailing zeros or -0', () => {
    fc.assert(
      fc.property(units, scale, (value, digits) => {
        const bounded = value % 10n ** BigInt(20 + digits);
        const text = formatScaled(bounded, digits);
        expect(parseScaled(text, digits)).toBe(bounded);
        expect(text).not.toMatch(/\.\d*0$|\.$|^-0$|^-?0\d/);
      }),
    );
  });

  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['-0.000', 0n],
    ['007', 7n * ONE],
    ['0.000000000000000001', 1n],
    ['-0.5', -ONE / 2n],
    ['99999999999999999999.999999999999999999', 10n ** 38n - 1n],
  ])('%s is read exactly', (text, expected) => {
    expect(parseScaled(text)).toBe(expected);
  });

  it('with more digits than the scale is refused, unless they are zeros', () => {
    expect(parseScaled('1.2500', 2)).toBe(125n);
    expect(() => parseScaled('1.255', 2)).toThrow('more than 2 digits');
    expect(() => parseScaled('1.5', 0)).toThrow(DomainError);
  });

  it.each([
    '',
    ' ',
    '1 ',
    '\n1',
    '1\n',
    '+1',
    '--1',
    '.5',
    '5.',
    '1.2.3',
    '1,5',
    '1_000',
    '1e5',
    '1E-5',
    '0x10',
    '0b1',
    '1n',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e400000000',
    '٣',
    '１',
    '𝟏',
    '१.५',
    '−1',
    '1\u00002',
    '1\u200b',
    '1'.repeat(21),
    `0.${'1'.repeat(19)}`,
    '9'.repeat(1_000_000),
    `1${'0'.repeat(1_000_000)}e9`,
    `${'-'.repeat(100_000)}1`,
  ])('in another notation is refused: %#', (text) => {
    expect(isDecimalText(text)).toBe(false);
    expect(() => parseScaled(text)).toThrow(expect.objectContaining({ code: 'DECIMAL_MALFORMED' }));
  });

  it.each([[1], [null], [undefined], [{}], [[]], [1n], [['1']], [{ toString: () => '1' }]])(
    'is text: %p is refused',
    (value) => {
      expect(() => parseScaled(value as unknown as string)).toThrow(DomainError);
    },
  );

  it('refuses hostile text without reading it, which would take hours here, nor repeating it', () => {
    const hostile = '9'.repeat(20_000_000);
    let taken = 0;
    for (let round = 0; round < 1_000_000; round += 1) if (isDecimalText(hostile)) taken += 1;
    expect(taken).toBe(0);
    expect(() => parseScaled(hostile)).toThrow(/^.{1,120}$/);
  });

  it('of any kind either reads or is refused with a code, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.double().map(String)), (text) => {
        if (isDecimalText(text)) expect(typeof parseScaled(text)).toBe('bigint');
        else expect(() => parseScaled(text)).toThrow(DomainError);
      }),
    );
  });
});

describe('HALF_EVEN', () => {
  it('is the nearest integer, and the even one of two that are equally near', () => {
    fc.assert(
      fc.property(units, units, positive, (a, b, divisor) => {
        const result = mulDivHalfEven(a, b, divisor);
        const distance = absolute(a * b - result * divisor) * 2n;
        expect(distance <= divisor).toBe(true);
        expect(distance < divisor || result % 2n === 0n).toBe(true);
      }),
    );
  });

  it('settles exact halves on the even neighbour, for both signs', () => {
    fc.assert(
      fc.property(units, positive, (whole, half) => {
        const even = whole % 2n === 0n ? whole : whole + 1n;
        expect(mulDivHalfEven(2n * whole + 1n, half, 2n * half)).toBe(even);
      }),
    );
    const halves = [-25n, -15n, -5n, 5n, 15n, 25n].map((tenths) => mulDivHalfEven(tenths, 1n, 10n));
    expect(halves).toEqual([-2n, -2n, 0n, 0n, 2n, 2n]);
  });

  it('is symmetric in the sign', () => {
    fc.assert(
      fc.property(units, units, positive, (a, b, divisor) => {
        expect(mulDivHalfEven(-a, b, divisor)).toBe(-mulDivHalfEven(a, b, divisor));
      }),
    );
  });

  it.each([0n, -1n])('does not divide by %s', (divisor) => {
    expect(() => mulDivHalfEven(1n, 1n, divisor)).toThrow(RangeError);
  });

  it('products and quotients at the ledger scale undo each other where the result is exact', () => {
    fc.assert(
      fc.property(units, positive, (a, wholeNumber) => {
        const product = multiplyScaled(a, wholeNumber * ONE);
        expect(product).toBe(a * wholeNumber);
        expect(divideScaled(product, wholeNumber * ONE)).toBe(a);
        expect(divideScaled(product, -wholeNumber * ONE)).toBe(-a);
      }),
    );
    expect(() => divideScaled(ONE, 0n)).toThrow(RangeError);
  });
});
