import type { CcxtMarket } from './ccxt-exchange.js';
import { CcxtMarkets } from './ccxt-markets.js';
import { binanceRules } from './profiles/binance-filters.js';

function told(price: string, amount: string, active = true): Record<string, CcxtMarket> {
  const market = {
    ...{ id: 'BTCUSDT', symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', spot: true, active },
    ...{ precision: { price, amount }, limits: { amount: { min: amount }, price: {}, cost: { min: '5' } } },
    ...{ maker: 0.001, taker: 0.001 },
  };
  return { 'BTC/USDT': market as unknown as CcxtMarket };
}

describe('the rules of a market at Binance', () => {
  const market = (...filters: unknown[]) => ({ ...told('0.01', '0.00001')['BTC/USDT']!, info: { filters } });
  const bySide = {
    ...{ filterType: 'PERCENT_PRICE_BY_SIDE', bidMultiplierUp: '5', bidMultiplierDown: '0.2' },
    ...{ askMultiplierUp: '4', askMultiplierDown: '0.25', avgPriceMins: 5 },
  };

  it('bound a price by the side, or for both, and count the orders with a trigger', () => {
    const algo = { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 };
    expect(binanceRules(market(bySide, algo))).toEqual({
      priceBands: { buy: { lowest: '0.2', highest: '5' }, sell: { lowest: '0.25', highest: '4' } },
      maxTriggerOrders: 5,
    });
    const both = { filterType: 'PERCENT_PRICE', multiplierUp: '1.05', multiplierDown: '0.95' };
    const band = { lowest: '0.95', highest: '1.05' };
    expect(binanceRules(market(both))).toEqual({ priceBands: { buy: band, sell: band } });
    expect(binanceRules(market())).toEqual({});
  });

  it('are part of the instrument', () => {
    const markets = new CcxtMarkets('BINANCE', { 'BTC/USDT': market(bySide) }, false, null, binanceRules);
    expect(markets.get('BTC/USDT')!.instrument.spec.priceBands?.sell).toEqual({
      lowest: '0.25',
      highest: '4',
    });
  });
});

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
