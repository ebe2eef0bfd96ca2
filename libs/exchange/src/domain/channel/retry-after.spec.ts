import { fc } from '../../../../../test/support/property.js';
import { LONGEST_WAIT_MS, retryAfterMs } from './retry-after.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

it.each([
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7_000],
  ['1.5', 1_500],
  ['999999999', LONGEST_WAIT_MS],
  ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
  ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
  ['Sat, 02 Jan 2099 03:00:00 GMT', LONGEST_WAIT_MS],
])('%p is %p ms', (text, expected) => {
  expect(retryAfterMs({ 'retry-after': text }, NOW)).toBe(expected);
});

it('judges a date by the clock of whoever wrote it', () => {
  const headers = { 'retry-after': 'Fri, 02 Jan 2026 03:05:05 GMT', date: 'Fri, 02 Jan 2026 03:04:55 GMT' };
  expect(retryAfterMs(headers, NOW + 86_400_000)).toBe(10_000);
});

it.each(['', '  ', '-5', '1e9', 'soon', 'NaN', '12345678901234567890', '2026-01-02', '0x10'])(
  'makes nothing of %p',
  (text) => {
    expect(retryAfterMs({ 'retry-after': text }, NOW)).toBeNull();
  },
);

it('answers null or a wait that ends, whatever a venue writes', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, date) => {
      const waitMs = retryAfterMs({ 'retry-after': text, date }, NOW);
      expect(waitMs === null || (waitMs >= 0 && waitMs <= LONGEST_WAIT_MS)).toBe(true);
    }),
  );
});
