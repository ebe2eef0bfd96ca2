import type { DomainError } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { encodeCursor, pageOf, pageRequest } from './page.js';

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as DomainError).code;
  }
  return null;
};

it('gives a cursor back as the key it was made of', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.maxSafeInteger(), (text, number) => {
      const cursor = encodeCursor([text, number]);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(pageRequest({ cursor }, ['text', 'number']).after).toEqual([text, number]);
    }),
  );
});

it('refuses any text that is no cursor of the list, with one code', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.json().map((json) => Buffer.from(json).toString('base64url')),
      ),
      (cursor) => {
        const code = codeOf(() => pageRequest({ cursor }, ['text', 'number', 'text']));
        expect([null, 'CURSOR_INVALID']).toContain(code);
      },
    ),
  );
  expect(codeOf(() => pageRequest({ cursor: encodeCursor(['a']) }, ['number']))).toBe('CURSOR_INVALID');
  expect(codeOf(() => pageRequest({ cursor: encodeCursor(['a', 'b']) }, ['text']))).toBe('CURSOR_INVALID');
  expect(codeOf(() => pageRequest({ cursor: encodeCursor(['a\u0000']) }, ['text']))).toBe('CURSOR_INVALID');
});

it.each([0, -1, 501, 1.5, Number.NaN])('refuses a limit of %d', (limit) => {
  expect(codeOf(() => pageRequest({ limit }, []))).toBe('LIMIT_INVALID');
});

it('shows 50 items unless asked otherwise', () => {
  expect(pageRequest({}, [])).toEqual({ limit: 50, after: null });
});

it('tells that there is more by the row too many, and shows it not', () => {
  const key = (row: number) => [row];
  const text = (row: number) => `#${row}`;
  expect(pageOf([1, 2, 3], 2, key, text)).toEqual({
    data: ['#1', '#2'],
    page: { nextCursor: encodeCursor([2]), hasMore: true },
  });
  expect(pageOf([1, 2], 2, key, text).page).toEqual({ nextCursor: null, hasMore: false });
  expect(pageOf([], 2, key, text)).toEqual({ data: [], page: { nextCursor: null, hasMore: false } });
});
