import { Instrument } from '@sextant/kernel';
import { SymbolIndex } from './symbol-index.js';

function instrument(symbol: string): Instrument {
  return Instrument.load({
    venue: 'PAPER',
    symbol,
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
}

const index = new SymbolIndex(['BTC/USDT', 'BTC/USDT:USDT', 'AB/CUSD', 'ABC/USD'].map(instrument));

it.each(['BTC/USDT', 'btc/usdt', 'BTC-USDT', ' BTC_USDT '])('%s is BTC/USDT', (text) => {
  expect(index.resolve(text)).toBe('BTC/USDT');
});

it('a spelling that two markets share is nobody', () => {
  expect(() => index.resolve('ABCUSD')).toThrow('ABCUSD');
  expect(index.resolve('ABC/USD')).toBe('ABC/USD');
});

it.each(['', 'ETHUSDT', 'BTC//USDT', 'BTC/USDT/X', 'x'.repeat(10_000), '__proto__', 'constructor'])(
  '%s is unknown',
  (text) => {
    expect(() => index.resolve(text)).toThrow(expect.objectContaining({ code: 'UNKNOWN_SYMBOL' }));
  },
);

it('a market of another venue is unknown there', () => {
  expect(index.resolve('BTC/USDT', 'paper')).toBe('BTC/USDT');
  expect(() => index.resolve('BTC/USDT', 'BINANCE')).toThrow('BINANCE');
});
