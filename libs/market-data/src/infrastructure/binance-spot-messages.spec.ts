import { Instrument } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { BinanceSpotDecoder } from './binance-spot-messages.js';

const decoder = new BinanceSpotDecoder(
  Instrument.load({
    venue: 'PAPER',
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
  }),
);

function depth(bids: unknown, more: object = {}): string {
  const data = { e: 'depthUpdate', E: 9, s: 'BTCUSDT', U: 3, u: 5, b: bids, a: [], ...more };
  return JSON.stringify({ stream: 'btcusdt@depth@100ms', data });
}

it('reads prices and sizes into ticks and lots without a rounding', () => {
  const bids = [
    ['61837.63000000', '3.78826000'],
    ['0.01', '900000000'],
    ['90000000000.01', '0.00000000'],
  ];
  expect(decoder.decode(depth(bids))).toMatchObject({
    kind: 'UPDATE',
    value: { firstId: 3, lastId: 5, bids: [6_183_763, 378_826, 1, 90_000_000_000_000, 9_000_000_000_001, 0] },
  });
});

it('rounds a size off the grid down, as the venue itself shows some', () => {
  expect(decoder.decode(depth([['200000.00000000', '25.42618900']]))).toMatchObject({
    value: { bids: [20_000_000, 2_542_618] },
  });
});

it.each([
  ['cut off', depth([]).slice(0, -2), 'NOT_JSON'],
  ['no object', '[]', 'UNKNOWN_FRAME'],
  ['no data', '{"stream":"btcusdt@trade"}', 'UNKNOWN_FRAME'],
  ['another symbol', depth([], { s: 'ETHUSDT' }), 'OTHER_SYMBOL'],
  ['another event', depth([], { e: 'kline' }), 'UNKNOWN_FRAME'],
  ['price off the grid', depth([['1.001', '1']]), 'BAD_NUMBER'],
  ['negative', depth([['-1.00', '1']]), 'BAD_NUMBER'],
  ['zero price', depth([['0.00', '1']]), 'BAD_NUMBER'],
  ['exponent', depth([['1e5', '1']]), 'BAD_NUMBER'],
  ['number', depth([[61837.63, 1]]), 'BAD_NUMBER'],
  [
    'too large',
    depth([
      ['999999999999', '1'],
      ['1.00', '99999999999999'],
    ]),
    'BAD_NUMBER',
  ],
  ['level of another form', depth(['1.00']), 'BAD_NUMBER'],
  ['levels missing', depth(null), 'BAD_NUMBER'],
  ['ids backwards', depth([], { U: 6 }), 'BAD_NUMBER'],
  ['id no number', depth([], { u: '5' }), 'BAD_NUMBER'],
])('refuses the whole frame: %s', (_, text, fault) => {
  expect(decoder.decode(text)).toBe(fault);
});

it('never throws, and never lets through what is no safe integer', () => {
  const frame = fc.record({
    stream: fc.string(),
    data: fc.dictionary(fc.constantFrom(...'sepqtTEmuUbaBA'), fc.jsonValue()),
  });
  const shaped = frame.map(({ stream, data }) =>
    JSON.stringify({ stream: `${stream}@bookTicker`, data: { ...data, s: 'BTCUSDT' } }),
  );
  const broken = fc.tuple(fc.nat(200), fc.string()).map(([at, text]) => {
    const good = depth([['61837.63', '1.5']]);
    return good.slice(0, at) + text + good.slice(at + 1);
  });
  fc.assert(
    fc.property(fc.oneof(shaped, broken, fc.json()), (text) => {
      const message = decoder.decode(text);
      if (typeof message === 'string') return;
      const numbers = Object.values(message.value)
        .flat()
        .filter((value) => typeof value === 'number');
      expect(numbers.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
