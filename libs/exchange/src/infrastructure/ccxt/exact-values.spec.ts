import fc from 'fast-check';
import { formatScaled, Instrument } from '@sextant/kernel';
import { hexIds, suffixIds, uuidIds } from './client-ids.js';
import { parseExactJson, UnreadableAnswer } from './exact-json.js';
import { lotsOf, plainNumber, quoteOfAverage, ticksOf, timeOf, unitsOf } from './exact-values.js';
import { OneAtATime } from './one-at-a-time.js';

const instrument = Instrument.load({
  venue: 'BINANCE',
  symbol: 'BTC/USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minPrice: '0.01',
  maxPrice: '1000000',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  makerFeeRate: '0.001',
  takerFeeRate: '0.001',
});

const HOSTILE = [
  null,
  undefined,
  NaN,
  Infinity,
  0.1,
  1e21,
  '',
  ' 1',
  '1 ',
  '1.',
  '.1',
  '+1',
  '1e3',
  '1E-7',
  '0x10',
  'NaN',
  '١',
  '9'.repeat(60),
  {},
  [],
  true,
];

it.each(HOSTILE.map((value) => [value]))('%p is no number', (value) => {
  expect(() => unitsOf(value, 'it')).toThrow(UnreadableAnswer);
});

it('what lies on the grid comes back as it was, what does not never gets in', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 27n), (units) => {
      const text = formatScaled(units);
      const onGrid =
        units % instrument.tickUnits === 0n &&
        units / instrument.tickUnits <= BigInt(Number.MAX_SAFE_INTEGER);
      if (onGrid) expect(BigInt(ticksOf(text, instrument, 'price')) * instrument.tickUnits).toBe(units);
      else expect(() => ticksOf(text, instrument, 'price')).toThrow(UnreadableAnswer);
    }),
  );
});

it('contracts are counted in base, and a part of a lot is refused', () => {
  const hundredth = 10n ** 16n;
  expect(lotsOf('3', instrument, 'size', hundredth)).toBe(3_000);
  expect(() => lotsOf('0.0005', instrument, 'size', hundredth)).toThrow('off the grid');
  expect(() => lotsOf('-1', instrument, 'size')).toThrow('below zero');
});

it('an average with more digits than the ledger is multiplied first and rounded once, to even', () => {
  expect(quoteOfAverage('0.3333333333333333333333', 3n, 'average')).toBe(1n);
  expect(quoteOfAverage('0.5', 1n, 'average')).toBe(0n);
  expect(quoteOfAverage('1.5', 1n, 'average')).toBe(2n);
  expect(() => quoteOfAverage('1e2', 1n, 'average')).toThrow(UnreadableAnswer);
});

it('times are milliseconds of our era', () => {
  expect(timeOf('1700000000000', 'time')).toBe(1_700_000_000_000);
  for (const value of [0, -1, 1.5, 1_700_000_000, 1_700_000_000_000_000, '1700000000', null]) {
    expect(() => timeOf(value, 'time')).toThrow(UnreadableAnswer);
  }
});

it('JSON keeps the digits of the venue where a double would not', () => {
  const text = '{"id":9007199254740993,"price":0.30000000000000004,"size":1e-7,"n":5,"zero":-0}';
  expect(parseExactJson(text)).toEqual({
    id: '9007199254740993',
    price: '0.30000000000000004',
    size: '1e-7',
    n: 5,
    zero: '-0',
  });
});

it.each([
  ['nothing', ''],
  ['a cut body', '{"a":1'],
  ['HTML', '<html>'],
  ['a prototype', '{"__proto__":{"a":1}}'],
  ['a hundred thousand lists', '['.repeat(100_000) + ']'.repeat(100_000)],
])('%s is no answer', (_name, text) => {
  expect(() => parseExactJson(text)).toThrow(UnreadableAnswer);
});

it('doubles of up to 15 digits print as the text that they came from', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 12 }), (digits, places) => {
      const text = formatScaled(BigInt(digits) * 10n ** BigInt(18 - places));
      expect(plainNumber(Number(text))).toBe(text);
    }),
  );
});

it('our ids go to every venue and come back the same', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = `ord_${uuid.replaceAll('-', '')}`;
      expect(hexIds.toWire(id)).toMatch(/^[0-9a-f]{32}$/);
      expect(uuidIds.toWire(id)).toBe(uuid);
      for (const form of [hexIds, uuidIds]) expect(form.fromWire(form.toWire(id))).toBe(id);
    }),
  );
  expect(hexIds.fromWire('web123')).toBe('web123');
  const hex = '1'.padStart(32, '0');
  expect(suffixIds.fromWire(`x-${suffixIds.toWire(`ord_${hex}`)}`)).toBe(`ord_${hex}`);
});

it('of those that wait the most urgent goes next, and a failure lets the others on', async () => {
  const turns = new OneAtATime();
  const order: string[] = [];
  const work = (name: string, priority: number, fails = false) =>
    turns.run(priority, async () => {
      await new Promise(setImmediate);
      order.push(name);
      if (fails) throw new Error(name);
    });
  const all = [
    work('first', 4),
    work('data', 4),
    work('entry', 3),
    work('cancel', 1, true),
    work('query', 2),
  ];
  await Promise.allSettled(all);
  expect(order).toEqual(['first', 'cancel', 'query', 'entry', 'data']);
});
