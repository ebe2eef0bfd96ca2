import type { DomainError } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { encodeCursor, pageOf, pageRequest } from './page.js';

const list = (...key: ('text' | 'number')[]) => ({ name: 'things', key });
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
      const cursor = encodeCursor('things', [text, number]);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(pageRequest({ cursor }, list('text', 'number')).after).toEqual([text, number]);
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
        const code = codeOf(() => pageRequest({ cursor }, list('text', 'number', 'text')));
        expect([null, 'CURSOR_INVALID']).toContain(code);
      },
    ),
  );
  expect(codeOf(() => pageRequest({ cursor: encodeCursor('things', ['a']) }, list('number')))).toBe(
    'CURSOR_INVALID',
  );
  expect(codeOf(() => pageRequest({ cursor: encodeCursor('things', ['a', 'b']) }, list('text')))).toBe(
    'CURSOR_INVALID',
  );
  expect(codeOf(() => pageRequest({ cursor: encodeCursor('things', ['a\u0000']) }, list('text')))).toBe(
    'CURSOR_INVALID',
  );
});

it('refuses the cursor of another list with the same sort key', () => {
  const cursor = encodeCursor('others', ['a']);
  expect(codeOf(() => pageRequest({ cursor }, list('text')))).toBe('CURSOR_INVALID');
});

it.each([0, -1, 501, 1.5, Number.NaN])('refuses a limit of %d', (limit) => {
  expect(codeOf(() => pageRequest({ limit }, list()))).toBe('LIMIT_INVALID');
});

it('shows 50 items unless asked otherwise', () => {
  expect(pageRequest({}, list())).toEqual({ list: 'things', limit: 50, after: null });
});

it('tells that there is more by the row too many, and shows it not', () => {
  const page = { list: 'things', limit: 2 };
  const key = (row: number) => [row];
  const text = (row: number) => `#${row}`;
  expect(pageOf([1, 2, 3], page, key, text)).toEqual({
    data: ['#1', '#2'],
    page: { nextCursor: encodeCursor('things', [2]), hasMore: true },
  });
  expect(pageOf([1, 2], page, key, text).page).toEqual({ nextCursor: null, hasMore: false });
  expect(pageOf([], page, key, text)).toEqual({ data: [], page: { nextCursor: null, hasMore: false } });
});
