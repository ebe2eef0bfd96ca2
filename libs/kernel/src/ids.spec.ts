import { fc } from '../../../test/support/property.js';
import { DomainError } from './domain-error.js';
import { parseId } from './ids.js';

const hex = fc.stringMatching(/^[0-9a-f]{32}$/);

describe('an id', () => {
  it('is its prefix and 32 hexadecimal digits', () => {
    fc.assert(fc.property(hex, (digits) => expect(parseId('ord', `ord_${digits}`)).toBe(`ord_${digits}`)));
  });

  it('of another kind is refused', () => {
    fc.assert(
      fc.property(hex, fc.constantFrom('acc', 'or', 'ordd', '', 'ORD'), (digits, other) => {
        expect(() => parseId('ord', `${other}_${digits}`)).toThrow(
          expect.objectContaining({ code: 'ID_MALFORMED' }),
        );
      }),
    );
  });

  it.each([
    '',
    'ord_',
    `ord_${'A'.repeat(32)}`,
    `ord_${'a'.repeat(31)}`,
    `ord_${'a'.repeat(33)}`,
    `ord_${'a'.repeat(31)}\n`,
    `ord_${'٣'.repeat(32)}`,
    `ord-${'a'.repeat(32)}`,
    'a'.repeat(1_000_000),
  ])('in another form is refused: %#', (text) => {
    expect(() => parseId('ord', text)).toThrow(DomainError);
  });

  it.each([null, undefined, 7, {}, []])('is text: %p is refused', (value) => {
    expect(() => parseId('ord', value as unknown as string)).toThrow(DomainError);
  });
});
