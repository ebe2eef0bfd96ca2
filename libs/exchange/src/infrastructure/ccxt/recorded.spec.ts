import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ccxtUnderTest, START, valueOf } from './scripted-channel.contract.js';
import type { CcxtUnderTest, ScriptedChannel } from './scripted-channel.contract.js';

type Files = Record<string, Record<string, unknown>>;
type Routes = Record<string, { GET: { query: string; data: unknown }[] }>;

function recorded<T>(name: string): T {
  const file = new URL(`../../../recorded/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as T;
}

const filesOf = (name: string): Files => recorded<{ files: Files }>(name).files;

/** Answers whatever has `where` in it with a recorded body. */
async function venueOf(ccxtId: string, bodies: Record<string, unknown>): Promise<CcxtUnderTest> {
  return ccxtUnderTest(ccxtId, (channel: ScriptedChannel) => {
    for (const [where, body] of Object.entries(bodies)) channel.on(where, { body });
  });
}

/** The rule of a market that Binance recorded before it told permissions by sets. */
function tradable(symbol: object): object {
  return { ...symbol, permissionSets: [['SPOT']] };
}

describe('Binance', () => {
  const files = filesOf('binance');
  const routes = recorded<Routes>('binance_http_gct');
  const info = routes['/api/v3/exchangeInfo']!.GET[0]!.data as { symbols: object[] };
  const symbols = { ...info, symbols: info.symbols.map(tradable) };
  const of = (bodies: Record<string, unknown>) =>
    venueOf('binance', { 'GET /api/v3/exchangeInfo': symbols, ...bodies });

  it('captured markets count exactly, none is left out', async () => {
    const { gateway } = await of({});
    const instruments = await gateway.instruments();
    expect(instruments.length).toBeGreaterThan(10);
    expect(await gateway.leftOut()).toEqual([]);
    const first = instruments.find(({ symbol }) => symbol.toString() === 'ETH/BTC');
    expect(first?.spec).toMatchObject({ stepSize: '0.0001', minNotional: '0.0001' });
  });

  it('a captured book, in ticks and lots', async () => {
    const captured = files['integration/http_responses/http_spot_market_depth.json']!;
    const { gateway } = await of({ 'GET /api/v3/depth': captured });
    const instrument = (await gateway.instruments()).find(({ symbol }) => symbol.toString() === 'BTC/USDT')!;
    const book = valueOf(await gateway.marketData.orderBook('BTC/USDT', 10));
    const told = captured as { bids: [string, string][]; asks: [string, string][] };
    expect(book.sequence).toBe(14_527_958_487);
    const text = ([ticks, lots]: readonly [number, number]) => [
      Number(instrument.ticksToPrice(ticks).toString()),
      Number(instrument.lotsToQuantity(lots).toString()),
    ];
    expect(book.bids.map(text)).toEqual(told.bids.map((level) => level.map(Number)));
    expect(book.asks.map(text)).toEqual(told.asks.map((level) => level.map(Number)));
  });

  it('captured aggregate trades, oldest first, with the side that took', async () => {
    const { gateway } = await of({
      'GET /api/v3/aggTrades': files['integration/http_responses/http_spot_market_agg_trades.json'],
    });
    const trades = valueOf(await gateway.marketData.trades('BTC/USDT', 500));
    expect(trades[0]).toEqual({
      venueTradeId: '966492862',
      symbol: 'BTC/USDT',
      priceTicks: 6_075_960,
      lots: 8_410 / 10,
      aggressor: 'BUY',
      executedAt: 1_634_944_096_633,
    });
    expect(trades[2]).toMatchObject({ aggressor: 'SELL', priceTicks: 6_075_959 });
  });

  it('captured candles close where the next one opens', async () => {
    const { gateway } = await of({ 'GET /api/v3/klines': routes['/api/v3/klines']!.GET[0]!.data });
    const all = { from: 0, to: START, limit: 100 };
    const candles = valueOf(await gateway.marketData.candles('BTC/USDT', '5m', all));
    expect(candles).toHaveLength(24);
    for (const [index, candle] of candles.entries()) {
      expect(candle.closeTime - candle.openTime).toBe(300_000);
      expect(candle).toMatchObject({ closed: true, trades: null });
      if (index > 0) expect(candle.openTime).toBe(candles[index - 1]!.closeTime);
    }
  });

  it('captured tickers', async () => {
    const day = routes['/api/v3/ticker/24hr']!.GET.find(({ query }) => query.startsWith('symbols='))!.data;
    const { gateway } = await of({ 'GET /api/v3/ticker/24hr': day });
    const [ticker] = valueOf(await gateway.marketData.tickers(['BTC/USDT']));
    const told = (day as Record<string, string>[]).find((row) => row['symbol'] === 'BTCUSDT')!;
    expect(ticker!.bidTicks).toBe(Math.round(Number(told['bidPrice']) * 100));
    expect(ticker!.lastTicks).toBe(Math.round(Number(told['lastPrice']) * 100));
  });

  it('the time', async () => {
    const { gateway } = await of({
      'GET /api/v3/time': files['integration/http_responses/http_spot_market_time.json'],
    });
    expect(await gateway.serverTime()).toBe(1_633_835_466_289);
  });
});

describe('Coinbase', () => {
  const files = filesOf('coinbase');
  const of = (bodies: Record<string, unknown>) =>
    venueOf('coinbase', {
      'GET /api/v3/brokerage/market/products': files['http_products.json'],
      'GET /api/v3/brokerage/transaction_summary': { fee_tier: {} },
      ...bodies,
    });

  it('the captured product counts in cents and satoshi', async () => {
    const { gateway } = await of({});
    const btc = (await gateway.instruments()).find(({ symbol }) => symbol.toString() === 'BTC/USD')!;
    expect(btc.spec).toMatchObject({
      tickSize: '0.01',
      stepSize: '0.00000001',
      minQuantity: '0.00000001',
      maxQuantity: '3400',
    });
  });

  it('the captured book, trades and candles', async () => {
    const { gateway } = await of({
      product_book: files['http_product_book.json'],
      '/ticker': files['http_ticker.json'],
      '/candles': files['http_candles.json'],
    });
    const book = valueOf(await gateway.marketData.orderBook('BTC/USD', 5));
    expect(book.bids[0]).toEqual([6_892_366, 17_189_468]);
    expect(book.asks[0]).toEqual([6_892_367, 16_987_193]);
    const trades = valueOf(await gateway.marketData.trades('BTC/USD', 3));
    expect(trades.map(({ venueTradeId }) => venueTradeId)).toEqual(['995098661', '995098662', '995098663']);
    const range = { from: 1_712_188_800_000, to: 1_712_196_000_000, limit: 10 };
    const candles = valueOf(await gateway.marketData.candles('BTC/USD', '1h', range));
    expect(candles.map(({ openTime, open, volume }) => [openTime, open, volume])).toEqual([
      [1_712_188_800_000, '65984.18', '358.74851052'],
      [1_712_192_400_000, '66312.4', '355.82896243'],
    ]);
  });
});

describe('Kraken', () => {
  const files = filesOf('kraken');
  const pair = {
    altname: 'XBTUSDT',
    wsname: 'XBT/USDT',
    base: 'XXBT',
    quote: 'USDT',
    pair_decimals: 5,
    cost_decimals: 5,
    lot_decimals: 8,
    fees: [[0, 0.4]],
    fees_maker: [[0, 0.25]],
    ordermin: '0.00005',
    costmin: '0.5',
    tick_size: '0.00001',
    status: 'online',
  };

  it('a thousand captured trades, floats of seconds and all', async () => {
    const { gateway } = await venueOf('kraken', {
      'GET /0/public/AssetPairs': { error: [], result: { XBTUSDT: pair } },
      'GET /0/public/Trades': files['http_trades.json'],
      'GET /0/public/Ticker': files['http_ticker.json'],
    });
    const trades = valueOf(await gateway.marketData.trades('BTC/USDT', 2_000));
    expect(trades.length).toBeGreaterThan(500);
    expect(trades[0]).toEqual({
      venueTradeId: '10218208',
      symbol: 'BTC/USDT',
      priceTicks: 10_543_360_000,
      lots: 27_625,
      aggressor: 'BUY',
      executedAt: 1_762_795_433_971,
    });
    const [ticker] = valueOf(await gateway.marketData.tickers(['BTC/USDT']));
    expect(ticker).toMatchObject({
      bidTicks: 10_594_420_000,
      askTicks: 10_594_430_000,
      lastTicks: 10_589_940_000,
    });
  });
});

describe('Bybit', () => {
  const files = filesOf('bybit');

  it('the captured contract, book and trades', async () => {
    // Recorded without the category that the venue answers with.
    const linear = files['http_get_instruments_linear.json']!;
    const world = await ccxtUnderTest('bybit', (channel) => {
      channel.on('GET /v5/market/instruments-info', ({ fields }) => ({
        body:
          fields['category'] === 'linear'
            ? { ...linear, result: { ...(linear['result'] as object), category: 'linear' } }
            : { retCode: 0, retMsg: 'OK', result: { category: 'spot', list: [], nextPageCursor: '' } },
      }));
      channel.on('GET /v5/market/orderbook', { body: files['http_get_orderbook.json'] });
      channel.on('GET /v5/market/recent-trade', { body: files['http_get_trades_recent.json'] });
    });
    const [contract] = await world.gateway.instruments();
    expect(contract!.spec).toMatchObject({
      symbol: 'BTC/USDT:USDT',
      tickSize: '0.5',
      stepSize: '0.001',
      maxQuantity: '100',
    });
    const book = valueOf(await world.gateway.marketData.orderBook('BTC/USDT:USDT', 50));
    expect(book.bids).toEqual([
      [54_901, 1_500],
      [54_900, 2_000],
      [54_899, 750],
    ]);
    expect(book.asks[0]).toEqual([54_902, 1_200]);
    const [trade] = valueOf(await world.gateway.marketData.trades('BTC/USDT:USDT', 10));
    expect(trade).toMatchObject({
      priceTicks: 54_901,
      lots: 5,
      aggressor: 'BUY',
      executedAt: 1_709_891_679_000,
    });
  });
});

describe('OKX', () => {
  const files = filesOf('okx');

  it('captured dated and inverse futures are not offered, and said so by their absence', async () => {
    const { gateway } = await venueOf('okx', {
      'GET /api/v5/public/instruments': files['http_get_instruments_futures.json'],
    });
    expect(await gateway.instruments()).toEqual([]);
  });
});
