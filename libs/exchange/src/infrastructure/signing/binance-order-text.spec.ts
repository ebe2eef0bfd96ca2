import { Instrument } from '@sextant/kernel';
import { BinanceOrderText } from './binance-order-text.js';
import type { BinanceOrderTerms } from './binance-order-text.js';
import { HmacKey } from './hmac-key.js';

/** The key pair of the signed example in binance-spot-api-docs, rest-api.md; it was never live. */
const key = HmacKey.sha256('NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j');
const instrument = Instrument.load({
  venue: 'BINANCE',
  symbol: 'LTC/BTC',
  tickSize: '0.000001',
  stepSize: '0.01',
  minPrice: '0.000001',
  maxPrice: '100',
  minQuantity: '0.01',
  maxQuantity: '100000',
  minNotional: '0.0001',
  makerFeeRate: '0.001',
  takerFeeRate: '0.001',
});
const text = new BinanceOrderText('LTCBTC', instrument, key, 5_000);
const limit: BinanceOrderTerms = {
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  postOnly: false,
  lots: 100,
  quoteUnits: null,
  priceTicks: 100_000,
  clientOrderId: null,
};

/** What is signed, without the signature. */
function parameters(terms: Partial<BinanceOrderTerms>): string {
  const [signed, signature] = text.signed({ ...limit, ...terms }, 7).split('&signature=');
  expect(signature).toBe(key.sign(signed!, 'hex'));
  return signed!;
}

it('writes and signs the published example', () => {
  expect(text.signed(limit, 1_499_827_319_559)).toBe(
    'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000' +
      '&timestamp=1499827319559&signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
  );
});

it.each<[string, Partial<BinanceOrderTerms>, string]>([
  [
    'post-only',
    { postOnly: true, side: 'SELL' },
    'side=SELL&type=LIMIT_MAKER&newOrderRespType=FULL&quantity=1&price=0.1',
  ],
  ['fill or kill', { timeInForce: 'FOK' }, 'side=BUY&type=LIMIT&timeInForce=FOK&quantity=1&price=0.1'],
  ['market', { type: 'MARKET', lots: 101, priceTicks: null }, 'side=BUY&type=MARKET&quantity=1.01'],
  [
    'market for an amount of quote',
    { type: 'MARKET', lots: null, priceTicks: null, quoteUnits: 15n * 10n ** 17n },
    'side=BUY&type=MARKET&quoteOrderQty=1.5',
  ],
  [
    'with a client order id',
    { clientOrderId: 'ord_1' },
    'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&newClientOrderId=ord_1',
  ],
])('%s', (_, terms, expected) => {
  expect(parameters(terms)).toBe(`symbol=LTCBTC&${expected}&recvWindow=5000&timestamp=7`);
});

it.each(['', 'a&side=SELL', 'a b', 'ü', 'a'.repeat(37)])('writes no client order id %j', (clientOrderId) => {
  expect(() => parameters({ clientOrderId })).toThrow('not a client order id');
});
