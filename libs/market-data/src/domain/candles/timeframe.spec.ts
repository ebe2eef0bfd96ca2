import { fc } from '../../../../../test/support/property.js';
import { Timeframe } from './timeframe.js';

const at = (text: string): number => Date.parse(text);
const times = fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') });

it.each([
  ['1m', '2024-02-29T12:34:56.789Z', '2024-02-29T12:34:00Z', '2024-02-29T12:35:00Z'],
  ['4h', '2024-02-29T23:59:59.999Z', '2024-02-29T20:00:00Z', '2024-03-01T00:00:00Z'],
  ['8h', '2024-02-29T08:00:00Z', '2024-02-29T08:00:00Z', '2024-02-29T16:00:00Z'],
  ['1d', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z'],
  ['1w', '2026-11-20T18:00:00Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
  ['1w', '2026-11-16T00:00:00Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
  ['1w', '2026-11-15T23:59:59.999Z', '2026-11-09T00:00:00Z', '2026-11-16T00:00:00Z'],
  ['1M', '2024-02-29T12:00:00Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
  ['1M', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
])('a candle of %s that holds %s opens at %s and closes at %s', (name, time, open, close) => {
  const timeframe = Timeframe.of(name);
  expect(new Date(timeframe.openOf(at(time)))).toEqual(new Date(open));
  expect(new Date(timeframe.closeOf(at(open)))).toEqual(new Date(close));
});

it('every moment is in exactly one candle of each interval, and candles follow each other without a hole', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Timeframe.names), times, (name, time) => {
      const timeframe = Timeframe.of(name);
      const open = timeframe.openOf(time);
      const close = timeframe.closeOf(open);
      expect(open).toBeLessThanOrEqual(time);
      expect(close).toBeGreaterThan(time);
      expect([timeframe.openOf(open), timeframe.openOf(close - 1), timeframe.openOf(close)]).toEqual([
        open,
        open,
        close,
      ]);
    }),
  );
});

it('an interval divides another one when none of its candles lies in two of the other', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Timeframe.names),
      fc.constantFrom(...Timeframe.names),
      times,
      (one, other, time) => {
        const [short, long] = [Timeframe.of(one), Timeframe.of(other)];
        if (!short.divides(long)) return;
        const open = short.openOf(time);
        expect(long.openOf(short.closeOf(open) - 1)).toBe(long.openOf(open));
      },
    ),
  );
  const divided = (name: string) =>
    Timeframe.names.filter((each) => Timeframe.of(each).divides(Timeframe.of(name)));
  expect(divided('1w')).toEqual(Timeframe.names.filter((name) => !['3d', '1M'].includes(name)));
  expect(divided('1M')).toEqual(Timeframe.names.filter((name) => !['3d', '1w'].includes(name)));
  expect(divided('12h')).toEqual(['1s', '1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '12h']);
});

it.each(['', '7m', '1D', 'constructor', '1m '])('%j is no interval', (name) => {
  expect(() => Timeframe.of(name)).toThrow(expect.objectContaining({ code: 'INTERVAL_UNKNOWN' }));
});
