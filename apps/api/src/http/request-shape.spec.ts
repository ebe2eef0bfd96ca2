import 'reflect-metadata';
import type { DomainError } from '@sextant/kernel';
import { IsIn, IsString, Length } from 'class-validator';
import { Field } from './field.js';
import { RequestShape } from './request-shape.js';

class Leg {
  @Field.decimal({ description: 'Price.', positive: true })
  price!: string;
}

class Everything {
  @Field.decimal({ description: 'Quantity.', positive: true })
  quantity!: string;

  @Field.decimal({ description: 'Change.', optional: true })
  change?: string;

  @Field.decimal({ description: 'Fee.', optional: true, nonNegative: true })
  fee?: string;

  @Field.choice(['BUY', 'SELL'], { description: 'Side.', optional: true })
  side?: string;

  @Field.time({ description: 'From.', optional: true })
  from?: number;

  @Field.integer({ description: 'Limit.', optional: true, min: 1, max: 500 })
  limit?: number;

  @Field.flag({ description: 'Post only.', optional: true })
  postOnly?: boolean;

  @Field.choices(['A', 'B'], { description: 'Kinds.', optional: true })
  kinds?: string[];

  @Field.symbol({ description: 'Symbol.', optional: true })
  symbol?: string;

  @Field.list(() => Leg, { description: 'Legs.', optional: true, max: 2 })
  legs?: Leg[];

  @Field.object(() => Leg, { description: 'One leg.', optional: true })
  leg?: Leg;
}

const shape = RequestShape.of(Everything);

function errorsOf(input: unknown): string[] {
  try {
    shape.read(input, 'BODY');
    return [];
  } catch (error) {
    const { context } = error as DomainError;
    return (context['errors'] as { pointer: string; code: string }[]).map(
      ({ pointer, code }) => `${pointer} ${code}`,
    );
  }
}

it('makes an instance of the class, nested ones too', () => {
  const read = shape.read(
    { quantity: '1.5', legs: [{ price: '2' }], leg: { price: '3' } },
    'BODY',
  ) as Everything;
  expect(read).toBeInstanceOf(Everything);
  expect(read.legs![0]).toBeInstanceOf(Leg);
  expect(read).toEqual({ quantity: '1.5', legs: [{ price: '2' }], leg: { price: '3' } });
});

it.each([
  [1, 'DECIMAL_MALFORMED'],
  [0.001, 'DECIMAL_MALFORMED'],
  [Number.POSITIVE_INFINITY, 'DECIMAL_MALFORMED'],
  ['1e5', 'DECIMAL_MALFORMED'],
  ['1e400000000', 'DECIMAL_MALFORMED'],
  ['0x10', 'DECIMAL_MALFORMED'],
  ['NaN', 'DECIMAL_MALFORMED'],
  ['Infinity', 'DECIMAL_MALFORMED'],
  ['+1', 'DECIMAL_MALFORMED'],
  ['.5', 'DECIMAL_MALFORMED'],
  ['5.', 'DECIMAL_MALFORMED'],
  [' 5', 'DECIMAL_MALFORMED'],
  ['1,5', 'DECIMAL_MALFORMED'],
  ['\u0661\u0662', 'DECIMAL_MALFORMED'],
  ['5\n', 'DECIMAL_MALFORMED'],
  ['1'.repeat(21), 'DECIMAL_MALFORMED'],
  [`0.${'1'.repeat(19)}`, 'DECIMAL_MALFORMED'],
  [['1'], 'DECIMAL_MALFORMED'],
  [{ toString: '1' }, 'DECIMAL_MALFORMED'],
  ['0', 'DECIMAL_OUT_OF_RANGE'],
  ['-0.0', 'DECIMAL_OUT_OF_RANGE'],
  ['-1', 'DECIMAL_OUT_OF_RANGE'],
  ['', 'DECIMAL_MALFORMED'],
  [null, 'DECIMAL_MALFORMED'],
  [undefined, 'FIELD_REQUIRED'],
])('refuses %j for a positive decimal: %s', (quantity, code) => {
  expect(errorsOf({ quantity })).toEqual([`/quantity ${code}`]);
});

it('tells who sends a number for money what to send instead', () => {
  expect(() => shape.read({ quantity: 0.001 }, 'BODY')).toThrow(
    /as JSON strings \("0\.001"\), not as JSON numbers/,
  );
});

it('takes a negative decimal where the sign is free, and zero where it is not negative', () => {
  expect(errorsOf({ quantity: '1', change: '-1', fee: '0' })).toEqual([]);
  expect(errorsOf({ quantity: '1', fee: '-0.1' })).toEqual(['/fee DECIMAL_OUT_OF_RANGE']);
});

it('names each wrong field by its pointer, and those it does not know', () => {
  const input = {
    quantity: '1',
    side: 'buy',
    legs: [{ price: '1' }, { price: 2, x: 1 }],
    leg: [],
    'a/b~c': 1,
  };
  expect(errorsOf(input)).toEqual([
    '/side VALUE_NOT_ALLOWED',
    '/legs/1/price DECIMAL_MALFORMED',
    '/legs/1/x FIELD_UNKNOWN',
    '/leg OBJECT_INVALID',
    '/a~1b~0c FIELD_UNKNOWN',
  ]);
});

it('has the code of the field when one field is wrong, and of the request when several are', () => {
  const codeOf = (input: unknown) => {
    try {
      shape.read(input, 'BODY');
    } catch (error) {
      return (error as DomainError).code;
    }
    return 'READ';
  };
  expect(codeOf({ quantity: 1 })).toBe('DECIMAL_MALFORMED');
  expect(codeOf({ quantity: 1, side: 1 })).toBe('REQUEST_INVALID');
});

it('names at most 20 fields of a body that is all wrong', () => {
  const input = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`f${index}`, 1]));
  expect(errorsOf(input)).toHaveLength(20);
});

it('reads numbers, flags, lists and times from the text of a query', () => {
  const query = { quantity: '1', limit: '7', postOnly: 'true', kinds: 'A,B', from: '1700000000000' };
  expect(shape.read(query, 'QUERY')).toEqual({
    quantity: '1',
    limit: 7,
    postOnly: true,
    kinds: ['A', 'B'],
    from: 1_700_000_000_000,
  });
});

it('does not read them from the text of a body', () => {
  expect(errorsOf({ quantity: '1', limit: '7', postOnly: 'true', kinds: 'A' })).toEqual([
    '/limit INTEGER_INVALID',
    '/postOnly FLAG_INVALID',
    '/kinds VALUE_NOT_ALLOWED',
  ]);
});

it.each([
  ['2026-01-31T12:00:00.000Z', 1_769_860_800_000],
  ['2026-01-31T13:00:00+01:00', 1_769_860_800_000],
  ['2026-01-31', 1_769_817_600_000],
  [1_769_860_800_000, 1_769_860_800_000],
])('reads the time %j', (from, epochMs) => {
  expect(shape.read({ quantity: '1', from }, 'BODY')).toMatchObject({ from: epochMs });
});

it.each([
  'yesterday',
  '2026-02-30',
  '2026-02-30T00:00:00Z',
  '2026-02-31x',
  '2026-01-31T12:00',
  '',
  -1,
  1.5,
  true,
  '9'.repeat(400),
])('refuses the time %j', (from) => {
  expect(errorsOf({ quantity: '1', from })).toEqual(['/from TIME_INVALID']);
});

it('obeys the decorators of class-validator that others write', () => {
  class Plain {
    @IsString()
    @Length(2, 3, { message: 'two or three' })
    name!: string;

    @IsIn(['a'], { each: true })
    tags!: string[];
  }
  const plain = RequestShape.of(Plain);
  expect(plain.read({ name: 'ab', tags: ['a'] }, 'BODY')).toEqual({ name: 'ab', tags: ['a'] });
  expect(() => plain.read({ name: 'abcd', tags: ['a'] }, 'BODY')).toThrow('two or three');
  expect(() => plain.read({ name: 'ab', tags: ['a', 'b'] }, 'BODY')).toThrow();
});
