import type Binance from '../../node_modules/ccxt/js/src/pro/binance.js';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { ccxtAgainst, openRehearsal, until } from './rehearsal.js';

describe('ccxt trades spot against the venue', () => {
  const symbol = 'BTC/USDT';
  let venue: RunningVenue;
  let client: Binance;

  beforeAll(async () => {
    venue = await openRehearsal();
    client = await ccxtAgainst(venue, 'spot');
    await client.loadMarkets();
  });

  afterAll(async () => {
    await client.close();
    await venue.close();
  });

  it('loads the markets with their grid and limits', () => {
    const market = client.market(symbol);
    expect(market).toMatchObject({ id: 'BTCUSDT', spot: true, active: true, base: 'BTC', quote: 'USDT' });
    expect(market.precision).toMatchObject({ price: 0.01, amount: 0.00001 });
    expect(market.limits.cost?.min).toBe(5);
    expect(Object.keys(client.markets!)).toEqual(expect.arrayContaining(['ETH/USDT', 'BNB/USDT', 'ETH/BTC']));
  });

  it('reads server time and status', async () => {
    const skewMs = Number(await client.fetchTime()) - Date.now();
    expect(Math.abs(skewMs)).toBeLessThan(5000);
    expect((await client.fetchStatus()).status).toBe('ok');
  });

  it('reads tickers whose bid is below the ask and that hold a day', async () => {
    const ticker = await client.fetchTicker(symbol);
    expect(ticker.bid!).toBeLessThan(ticker.ask!);
    expect(ticker.low!).toBeLessThanOrEqual(ticker.last!);
    expect(ticker.high!).toBeGreaterThanOrEqual(ticker.last!);
    expect(ticker.baseVolume!).toBeGreaterThan(0);
    const all = await client.fetchTickers([symbol, 'ETH/USDT']);
    expect(Object.keys(all).sort()).toEqual(['BTC/USDT', 'ETH/USDT']);
    expect((await client.fetchBidsAsks([symbol]))[symbol]!.bid).toBeGreaterThan(0);
    expect((await client.fetchLastPrices([symbol]))[symbol]!.price).toBeGreaterThan(0);
  });

  it('reads a sorted book with the number of its update', async () => {
    const book = await client.fetchOrderBook(symbol, 20);
    expect(book.bids).toHaveLength(20);
    expect(book.nonce).toBeGreaterThan(0);
    const bids = book.bids.map(([price]) => price!);
    expect(bids).toEqual([...bids].sort((a, b) => b - a));
    expect(bids[0]!).toBeLessThan(book.asks[0]![0]!);
  });

  it('reads trades and candles that agree with each other', async () => {
    await until(async () => (await client.fetchTrades(symbol)).length >= 5);
    const trades = await client.fetchTrades(symbol, undefined, 1000);
    const newest = trades.at(-1)!;
    expect(newest.amount).toBeGreaterThan(0);
    const minutes = await client.fetchOHLCV(symbol, '1m', undefined, 3);
    expect(minutes).toHaveLength(3);
    expect(minutes[1]![0]! - minutes[0]![0]!).toBe(60_000);
    for (const [, open, high, low, close] of minutes) {
      expect(high!).toBeGreaterThanOrEqual(Math.max(open!, close!));
      expect(low!).toBeLessThanOrEqual(Math.min(open!, close!));
    }
    const hours = await client.fetchOHLCV(symbol, '1h', undefined, 24);
    expect(hours).toHaveLength(24);
    const since = hours[2]![0]!;
    expect((await client.fetchOHLCV(symbol, '1h', since, 2)).map(([at]) => at)).toEqual([
      since,
      since + 3_600_000,
    ]);
  });

  it('reads the balance that the account was given', async () => {
    const balance = await client.fetchBalance();
    expect(balance['USDT']!.free).toBe(100_000);
    expect(balance['BTC']!.total).toBe(5);
    expect((await client.fetchTradingFee(symbol)).taker).toBe(0.001);
  });

  it('places a resting order, finds it by both ids, and cancels it', async () => {
    const { bid } = await client.fetchTicker(symbol);
    const price = client.priceToPrecision(symbol, bid! * 0.9);
    const placed = await client.createOrder(symbol, 'limit', 'buy', 0.01, Number(price), {
      clientOrderId: 'rest-and-cancel',
    });
    expect(placed).toMatchObject({ status: 'open', clientOrderId: 'rest-and-cancel', filled: 0 });
    expect((await client.fetchOpenOrders(symbol)).map(({ id }) => id)).toEqual([placed.id]);
    expect((await client.fetchOrder(placed.id!, symbol)).price).toBe(Number(price));
    const byClientId = await client.fetchOrder('', symbol, { clientOrderId: 'rest-and-cancel' });
    expect(byClientId.id).toBe(placed.id);
    expect((await client.fetchBalance())['USDT']!.used).toBeCloseTo(Number(price) * 0.01, 6);
    expect(await client.cancelOrder(placed.id!, symbol)).toMatchObject({ status: 'canceled' });
    expect(await client.fetchOpenOrders(symbol)).toEqual([]);
    expect((await client.fetchBalance())['USDT']!.used).toBe(0);
    await expect(client.cancelOrder(placed.id!, symbol)).rejects.toMatchObject({ name: 'OrderNotFound' });
  });

  it('fills a market order, charges its commission and shows both in my trades', async () => {
    const before = await client.fetchBalance();
    const order = await client.createOrder(symbol, 'market', 'buy', 0.02);
    expect(order).toMatchObject({ status: 'closed', filled: 0.02, remaining: 0 });
    const mine = (await client.fetchMyTrades(symbol)).filter((trade) => trade.order === order.id);
    expect(mine.reduce((sum, { amount }) => sum + amount!, 0)).toBeCloseTo(0.02, 8);
    expect(mine.every(({ takerOrMaker, side }) => takerOrMaker === 'taker' && side === 'buy')).toBe(true);
    expect(mine.every(({ fee }) => fee?.currency === 'BTC')).toBe(true);
    expect(await client.fetchOrderTrades(order.id!, symbol)).toHaveLength(mine.length);
    const after = await client.fetchBalance();
    expect(after['USDT']!.total! - before['USDT']!.total!).toBeCloseTo(-order.cost!, 6);
    expect(after['BTC']!.total! - before['BTC']!.total!).toBeCloseTo(0.02 * 0.999, 8);
  });

  it('moves an order with editOrder and ends what is left with cancelAllOrders', async () => {
    const { bid } = await client.fetchTicker(symbol);
    const low = Number(client.priceToPrecision(symbol, bid! * 0.8));
    const placed = await client.createOrder(symbol, 'limit', 'buy', 0.01, low);
    const moved = await client.editOrder(placed.id!, symbol, 'limit', 'buy', 0.02, low + 1);
    expect(moved).toMatchObject({ status: 'open', amount: 0.02, price: low + 1 });
    expect((await client.fetchOrder(placed.id!, symbol)).status).toBe('canceled');
    await client.createOrder(symbol, 'limit', 'buy', 0.01, low);
    await client.cancelAllOrders(symbol);
    expect(await client.fetchOpenOrders(symbol)).toEqual([]);
    expect((await client.fetchOrders(symbol)).length).toBeGreaterThanOrEqual(4);
    expect((await client.fetchClosedOrders(symbol)).every(({ status }) => status === 'closed')).toBe(true);
  });

  it('takes post-only and stop orders for what they are', async () => {
    const { bid, ask } = await client.fetchTicker(symbol);
    await expect(
      client.createOrder(symbol, 'limit', 'buy', 0.01, Number(client.priceToPrecision(symbol, ask! * 1.01)), {
        postOnly: true,
      }),
    ).rejects.toMatchObject({ name: 'OrderImmediatelyFillable' });
    const stopPrice = Number(client.priceToPrecision(symbol, bid! * 0.9));
    const stop = await client.createOrder(symbol, 'limit', 'sell', 0.01, stopPrice - 10, {
      stopLossPrice: stopPrice,
    });
    expect(await client.fetchOrder(stop.id!, symbol)).toMatchObject({
      status: 'open',
      triggerPrice: stopPrice,
    });
    await client.cancelOrder(stop.id!, symbol);
  });

  it('refuses in words that ccxt understands', async () => {
    await expect(client.createOrder(symbol, 'limit', 'buy', 100, 50_000)).rejects.toMatchObject({
      name: 'InsufficientFunds',
    });
    await expect(client.fetchOrder('999999', symbol)).rejects.toMatchObject({ name: 'OrderNotFound' });
    await expect(client.publicGetTicker24hr({ symbol: 'NOSUCH' })).rejects.toMatchObject({
      name: 'BadSymbol',
    });
  });
});
