import type { CcxtMarket } from './ccxt-exchange.js';
import { CcxtMarkets } from './ccxt-markets.js';

function told(price: string, amount: string, active = true): Record<string, CcxtMarket> {
  const market = {
    ...{ id: 'BTCUSDT', symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', spot: true, active },
    ...{ precision: { price, amount }, limits: { amount: { min: amount }, price: {}, cost: { min: '5' } } },
    ...{ maker: 0.001, taker: 0.001 },
  };
  return { 'BTC/USDT': market as unknown as CcxtMarket };
}

describe('the markets of a venue, told again', () => {
  it('count as they were first told, also after they were away', () => {
    const first = new CcxtMarkets('BINANCE', told('0.01', '0.00001'), false);
    const away = new CcxtMarkets('BINANCE', told('0.01', '0.00001', false), false, first);
    const back = new CcxtMarkets('BINANCE', told('0.1', '0.0001'), false, away);
    expect(away.get('BTC/USDT')).toBeNull();
    expect(back.leftOut).toEqual([]);
    expect(back.get('BTC/USDT')!.instrument.spec).toMatchObject({
      ...{ tickSize: '0.01', stepSize: '0.00001', minQuantity: '0.0001' },
    });
  });
});
