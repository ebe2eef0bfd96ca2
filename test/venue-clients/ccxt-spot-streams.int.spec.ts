import type Binance from '../../node_modules/ccxt/js/src/pro/binance.js';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { ccxtAgainst, openRehearsal, until, watching } from './rehearsal.js';

describe('ccxt watches spot at the venue', () => {
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

  it('gets tickers, best prices, trades and candles', async () => {
    const [mini, full, best, trades, candles] = await Promise.all([
      client.watchTicker(symbol),
      client.watchTicker('ETH/USDT', { name: 'ticker' }),
      client.watchBidsAsks([symbol]),
      client.watchTrades(symbol),
      client.watchOHLCV(symbol, '1m'),
    ]);
    expect(mini.last!).toBeGreaterThan(0);
    expect(full.bid!).toBeLessThan(full.ask!);
    expect(best[symbol]!.bid!).toBeLessThan(best[symbol]!.ask!);
    expect(trades[0]).toMatchObject({ symbol, id: expect.stringMatching(/^\d+$/) });
    const [at, open, high] = candles.at(-1)!;
    expect(at! % 60_000).toBe(0);
    expect(high!).toBeGreaterThanOrEqual(open!);
  });

  it('keeps a local book that is the venue’s own, delta after delta', async () => {
    let book = await client.watchOrderBook(symbol);
    for (let update = 0; update < 8; update++) book = await client.watchOrderBook(symbol);
    // Compared at one number of the book: both sides are cut where that update left them.
    const { market, book: own } = venue.core.engine.state('BTCUSDT');
    while (book.nonce !== market.lastUpdateId) book = await client.watchOrderBook(symbol);
    const rows = (side: 'BUY' | 'SELL') =>
      own
        .depth(side, 50)
        .map(([ticks, lots]) => [market.priceText(ticks), market.quantityText(lots)].map(Number));
    expect(book.bids.slice(0, 50).map((row) => row.slice(0, 2))).toEqual(rows('BUY'));
    expect(book.asks.slice(0, 50).map((row) => row.slice(0, 2))).toEqual(rows('SELL'));
  });

  it('is told of its orders, fills and balances on one subscription', async () => {
    const orders = watching(client.watchOrders(symbol));
    const balances = watching(client.watchBalance());
    await until(() => userSubscriptions(venue) === 1);
    const { bid } = await client.fetchTicker(symbol);
    const price = Number(client.priceToPrecision(symbol, bid! * 0.9));
    const placed = await client.createOrder(symbol, 'limit', 'buy', 0.01, price, {
      clientOrderId: 'watched',
    });
    expect((await orders)[0]).toMatchObject({ id: placed.id, status: 'open', clientOrderId: 'watched' });
    expect((await balances)['USDT']!.used).toBeCloseTo(price * 0.01, 6);

    const ended = watching(client.watchOrders(symbol));
    await client.cancelOrder(placed.id!, symbol);
    // The cancel has an id of its own; the order keeps its.
    expect((await ended).at(-1)).toMatchObject({
      id: placed.id,
      status: 'canceled',
      clientOrderId: 'watched',
    });

    const fills = watching(client.watchMyTrades(symbol));
    const bought = await client.createOrder(symbol, 'market', 'buy', 0.005);
    expect((await fills)[0]).toMatchObject({ order: bought.id, side: 'buy', takerOrMaker: 'taker' });
  });

  it('hears of a deposit', async () => {
    const told = watching(client.watchBalance());
    venue.core.engine.settleNow(() => venue.core.ledger.deposit('rehearsal', 'ETH', 300_000_000n));
    expect((await told)['ETH']!.free).toBe(3);
  });

  it('places, finds and cancels over the WebSocket API', async () => {
    const { bid } = await client.fetchTicker(symbol);
    const price = Number(client.priceToPrecision(symbol, bid! * 0.9));
    const placed = await client.createOrderWs(symbol, 'limit', 'buy', 0.01, price);
    expect(placed).toMatchObject({ status: 'open', amount: 0.01 });
    expect(await client.fetchOrderWs(placed.id!, symbol)).toMatchObject({ status: 'open' });
    expect((await client.fetchOpenOrdersWs(symbol)).map(({ id }) => id)).toContain(placed.id);
    expect(await client.cancelOrderWs(placed.id!, symbol)).toMatchObject({ status: 'canceled' });
    await expect(client.cancelOrderWs(placed.id!, symbol)).rejects.toMatchObject({ name: 'OrderNotFound' });
  });

  it('notices a gap in the book, and has the right one again with its next call', async () => {
    await client.watchOrderBook('ETH/USDT');
    venue.core.faults.set({
      target: 'STREAM',
      match: { stream: 'ethusdt@depth@100ms' },
      action: { kind: 'GAP', frames: 2 },
    });
    const broken = async () => {
      for (;;) await client.watchOrderBook('ETH/USDT');
    };
    await expect(broken()).rejects.toMatchObject({ name: 'ChecksumError' });
    const book = await client.watchOrderBook('ETH/USDT');
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
  });

  it('dials again after its connection was cut', async () => {
    await client.watchTrades('BTC/USDT');
    venue.core.faults.set({
      target: 'STREAM',
      match: { stream: 'btcusdt@trade' },
      action: { kind: 'DISCONNECT', code: 1006 },
    });
    const cut = async () => {
      for (;;) await client.watchTrades('BTC/USDT');
    };
    await expect(cut()).rejects.toMatchObject({ name: 'NetworkError' });
    expect((await client.watchTrades('BTC/USDT'))[0]!.symbol).toBe('BTC/USDT');
  });

  it('stops getting what it no longer watches', async () => {
    await client.watchTrades(symbol);
    await client.unWatchTrades(symbol);
    expect(client.trades[symbol]).toBeUndefined();
  });
});

function userSubscriptions(venue: RunningVenue): number {
  const asked = venue.core.journal.read({ kind: 'request' });
  return asked.filter((entry) => String(entry['path']).endsWith('userDataStream.subscribe.signature')).length;
}
