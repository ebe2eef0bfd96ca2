import { fc } from '../../../test/support/property.js';
import { DomainError } from './domain-error.js';
import { parseAsset, Symbol } from './symbol.js';

const asset = fc.stringMatching(/^[A-Z0-9]{1,20}$/);

describe('Symbol', () => {
  it('reads and writes the canonical form', () => {
    fc.assert(
      fc.property(asset, asset, fc.option(asset), (base, quote, settle) => {
        fc.pre(base !== quote);
        const text = `${base}/${quote}${settle === null ? '' : `:${settle}`}`;
        const symbol = Symbol.parse(text);
        expect([symbol.base, symbol.quote, symbol.settle]).toEqual([base, quote, settle]);
        expect([String(symbol), JSON.stringify(symbol)]).toEqual([text, `"${text}"`]);
        expect([symbol.isPerpetual, symbol.compact]).toEqual([settle !== null, base + quote]);
      }),
    );
  });

  it.each([
    '',
    'BTCUSDT',
    'btc/usdt',
    'BTC/BTC',
    'BTC-USDT',
    'BTC/USDT:',
    'BTC/USDT/ETH',
    ' BTC/USDT',
    'BTC/USDT\n',
    'ВТС/USDT',
    '__proto__/USDT',
    `${'A'.repeat(21)}/USDT`,
    'A'.repeat(1_000_000),
  ])('refuses other text: %#', (text) => {
    expect(() => Symbol.parse(text)).toThrow(expect.objectContaining({ code: 'SYMBOL_MALFORMED' }));
  });

  it.each([null, undefined, 5, {}, ['BTC/USDT']])('refuses what is not text: %p', (value) => {
    expect(() => Symbol.parse(value as unknown as string)).toThrow(DomainError);
    expect(() => parseAsset(value as unknown as string)).toThrow(DomainError);
  });

  it('cannot be changed', () => {
    expect(() => Object.assign(Symbol.parse('BTC/USDT'), { base: 'ETH' })).toThrow(TypeError);
  });
});
