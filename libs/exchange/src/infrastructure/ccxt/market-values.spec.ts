import { closeTimeOf, pageEndOf } from './market-values.js';

const at = (text: string): number => Date.parse(text);

describe('the end of a page of candles', () => {
  it('lets in as many as were asked for, the first of the range', () => {
    expect(pageEndOf(at('2026-01-01'), '1m', 500)).toBe(at('2026-01-01T08:20:00Z'));
    expect(pageEndOf(at('2026-01-01'), '1w', 2)).toBe(at('2026-01-15'));
  });

  it('counts months by the calendar', () => {
    expect(pageEndOf(at('2026-01-01'), '1M', 14)).toBe(at('2027-03-01'));
    expect(closeTimeOf(at('2026-12-01'), '1M')).toBe(at('2027-01-01'));
  });
});
