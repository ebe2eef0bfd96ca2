import { DomainError } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { MAX_JSON_DEPTH, MAX_JSON_KEYS, readJson } from './json-reader.js';

function codeOf(text: string): string {
  try {
    readJson(text);
    return 'READ';
  } catch (error) {
    return (error as DomainError).code;
  }
}

/** The same rules, slowly, over a parsed value: what the scan of the text must agree with. */
function judge(value: unknown, depth = 0): { keys: number; depth: number } {
  if (typeof value !== 'object' || value === null) return { keys: 0, depth };
  const members = Object.values(value).map((member) => judge(member, depth + 1));
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return {
    keys: own + members.reduce((sum, member) => sum + member.keys, 0),
    depth: Math.max(depth + 1, ...members.map((member) => member.depth)),
  };
}

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

it('reads what JSON.parse reads, spaced or escaped as anybody may write it', () => {
  const spaced = fc.tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom('', ' ', '\t', 2, '\r\n'));
  fc.assert(
    fc.property(spaced, ([value, space]) => {
      const text = JSON.stringify(value, null, space);
      const { keys, depth } = judge(value);
      const hostile =
        FORBIDDEN.some((key) => text.includes(`"${key}"`)) || keys > MAX_JSON_KEYS || depth > MAX_JSON_DEPTH;
      if (!hostile) expect(readJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

it('never crashes, whatever the text', () => {
  const fragments = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ':',
    ',',
    'a',
    '1',
    ' ',
    '\\"',
    '"k":',
    '\\u0041',
  );
  fc.assert(
    fc.property(fc.array(fragments, { maxLength: 200 }), (parts) => {
      expect(codeOf(parts.join(''))).toMatch(/^(READ|JSON_[A-Z_]+)$/);
    }),
  );
});

it('finds the second of two members however it is spelled', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (first, second) => {
      const text = `{${JSON.stringify(first)}:1,${escaped(second)}:2}`;
      const expected = [first, second].some((key) => FORBIDDEN.includes(key))
        ? 'JSON_FORBIDDEN_KEY'
        : first === second
          ? 'JSON_DUPLICATE_KEY'
          : 'READ';
      const found = codeOf(text);
      if (found !== 'JSON_TEXT_INVALID') expect(found).toBe(expected);
    }),
  );
});

/** Every character as \uXXXX. */
function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) =>
    text.charCodeAt(at).toString(16).padStart(4, '0'),
  );
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

it('counts a quote that is escaped as part of the text', () => {
  expect(readJson(String.raw`{"a\"":1,"a":"\\","b":"\\\"{["}`)).toEqual({ 'a"': 1, a: '\\', b: '\\"{[' });
});

it('takes the same name in two objects for two members', () => {
  expect(readJson('[{"a":1},{"a":{"a":2}}]')).toEqual([{ a: 1 }, { a: { a: 2 } }]);
});

it.each([
  [`${'['.repeat(20)}${']'.repeat(20)}`, 'READ'],
  [`${'['.repeat(21)}${']'.repeat(21)}`, 'JSON_TOO_DEEP'],
  [`{${Array.from({ length: 200 }, (_, index) => `"${index}":0`).join()}}`, 'READ'],
  [`{${Array.from({ length: 201 }, (_, index) => `"${index}":0`).join()}}`, 'JSON_TOO_MANY_KEYS'],
  [`[${Array.from({ length: 2_500 }, () => '{"k":0}').join()}]`, 'READ'],
  [`[${Array.from({ length: 2_501 }, () => '{"k":0}').join()}]`, 'JSON_TOO_MANY_KEYS'],
  ['{"a":"\\u0000"}', 'JSON_TEXT_INVALID'],
  ['{"\\udfff":1}', 'JSON_TEXT_INVALID'],
  ['{"a":"\\ud83d\\ude00"}', 'READ'],
  ['{"a":01}', 'JSON_MALFORMED'],
])('%.60s: %s', (text, code) => {
  expect(codeOf(text)).toBe(code);
});
