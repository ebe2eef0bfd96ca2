import { ONE } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { mayBeFeeOf, untoldTrade } from './untold-trade.js';

const BTC = { symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', markUnits: 60_000n * ONE };
const changes = (of: Record<string, bigint>) => new Map(Object.entries(of));

describe('an untold trade', () => {
  it('is base up and quote down about the market’s price: a purchase; the other way round a sale', () => {
    expect(untoldTrade(changes({ BTC: ONE / 1000n, USDT: -60n * ONE }), [BTC])).toEqual({
      symbol: 'BTC/USDT',
      side: 'BUY',
      baseUnits: ONE / 1000n,
      quoteUnits: 60n * ONE,
      priceUnits: 60_000n * ONE,
    });
    expect(untoldTrade(changes({ BTC: -ONE, USDT: 59_000n * ONE }), [BTC])).toMatchObject({ side: 'SELL' });
  });

  it.each([
    ['one balance alone', { BTC: ONE }],
    ['both of them up', { BTC: ONE, USDT: 60_000n * ONE }],
    ['a price that the market does not have', { BTC: ONE, USDT: -30_000n * ONE }],
    ['two assets without a market', { ETH: ONE, USDT: -60_000n * ONE }],
  ])('is not %s', (_, of) => {
    expect(untoldTrade(changes(of), [BTC])).toBeNull();
  });

  it('may have any price where there is none to compare with', () => {
    const market = { ...BTC, markUnits: null };
    expect(untoldTrade(changes({ BTC: ONE, USDT: -1n }), [market])).toMatchObject({ side: 'BUY' });
  });

  it('may have been charged in a third asset: a hundredth of its worth at most, and never what came', () => {
    const trade = untoldTrade(changes({ BTC: ONE, USDT: -60_000n * ONE, BNB: -ONE }), [BTC])!;
    expect(mayBeFeeOf(trade, -ONE, 600n * ONE)).toBe(true);
    expect(mayBeFeeOf(trade, -ONE, 601n * ONE)).toBe(false);
    expect(mayBeFeeOf(trade, -ONE, null)).toBe(true);
    expect(mayBeFeeOf(trade, ONE, 1n)).toBe(false);
  });

  it('never takes money from outside for a trade: what goes one way is none, whatever the market', () => {
    const units = fc.bigInt({ min: 1n, max: 10n ** 24n });
    fc.assert(
      fc.property(units, units, fc.boolean(), (base, quote, isUp) => {
        const sign = isUp ? 1n : -1n;
        expect(untoldTrade(changes({ BTC: sign * base, USDT: sign * quote }), [BTC])).toBeNull();
      }),
    );
  });
});
