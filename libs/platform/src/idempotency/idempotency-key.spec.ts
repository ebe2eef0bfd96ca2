import { fc } from '../../../../test/support/property.js';
import { bodyHash, parseIdempotencyKey } from './idempotency-key.js';

it('is the same quoted or bare', () => {
  expect(parseIdempotencyKey('"8e03978e-40d5"')).toBe('8e03978e-40d5');
  expect(parseIdempotencyKey('8e03978e-40d5')).toBe('8e03978e-40d5');
  expect(parseIdempotencyKey(['one'])).toBe('one');
  expect(parseIdempotencyKey(undefined)).toBeNull();
});

it.each([
  '',
  '""',
  '"',
  'a"b',
  '"a',
  ' a',
  'a ',
  'a\tb',
  'a\\b',
  'é',
  'x'.repeat(256),
  `"${'x'.repeat(256)}"`,
])('is not %j', (text) => expect(() => parseIdempotencyKey(text)).toThrow('printable ASCII'));

it('is not two headers', () => expect(() => parseIdempotencyKey(['a', 'b'])).toThrow());

it('may have 255 characters', () => expect(parseIdempotencyKey('x'.repeat(255))).toHaveLength(255));

/** The same value with the members of every object in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

it('takes two bodies for the same whatever the order of their members, and no others', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, two) => {
      const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as object;
      expect(bodyHash(plain(one))).toBe(bodyHash(reversed(plain(one)) as object));
      const same = JSON.stringify(one) === JSON.stringify(two);
      if (!same && bodyHash(plain(one)) === bodyHash(plain(two))) expect(plain(one)).toEqual(plain(two));
    }),
  );
  expect(bodyHash([1, 2])).not.toBe(bodyHash([2, 1]));
  expect(bodyHash({ a: '1' })).not.toBe(bodyHash({ a: 1 }));
});
