import type Binance from '../../node_modules/ccxt/js/src/pro/binance.js';
import type { MarketSide } from '../../apps/venue/src/market/market-side.js';
import { marketSide } from '../../apps/venue/src/market/market-side.js';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import type { VenuePartFactory } from '../../apps/venue/src/venue-options.js';
import { ccxtAgainst, openRehearsal, until, watching } from './rehearsal.js';

describe('ccxt trades perpetuals at the venue', () => {
  const symbol = 'BTC/USDT:USDT';
  let venue: RunningVenue;
  let side: MarketSide;
  let client: Binance;

  beforeAll(async () => {
    const kept: VenuePartFactory = (core, options) => (side = marketSide(core, options));
    venue = await openRehearsal({}, kept);
    client = await ccxtAgainst(venue, 'swap');
    await client.loadMarkets();
  });

  afterAll(async () => {
    await client.close();
    await venue.close();
  });

  it('loads the perpetuals', () => {
    expect(client.market(symbol)).toMatchObject({
      id: 'BTCUSDT',
      swap: true,
      linear: true,
      settle: 'USDT',
      active: true,
    });
    expect(client.market(symbol).precision).toMatchObject({ price: 0.1, amount: 0.001 });
  });

  it('reads book, ticker, trades and candles of a contract', async () => {
    const book = await client.fetchOrderBook(symbol, 10);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    expect((await client.fetchTicker(symbol)).last!).toBeGreaterThan(0);
    expect(await client.fetchOHLCV(symbol, '5m', undefined, 5)).toHaveLength(5);
    expect((await client.fetchTrades(symbol)).length).toBeGreaterThanOrEqual(0);
  });

  it('reads mark price and funding rate, near the spot price', async () => {
    const funding = await client.fetchFundingRate(symbol);
    const { last } = await client.fetchTicker(symbol);
    expect(Math.abs(funding.markPrice! / last! - 1)).toBeLessThan(0.01);
    expect(Math.abs(funding.fundingRate!)).toBeLessThanOrEqual(0.02);
    expect(funding.fundingTimestamp! % (8 * 3_600_000)).toBe(0);
    expect(Object.keys(await client.fetchFundingRates())).toContain(symbol);
  });

  it('sets leverage, margin mode and position mode, and says what is set', async () => {
    await client.setLeverage(10, symbol);
    await client.setMarginMode('isolated', symbol);
    expect(await client.fetchLeverage(symbol)).toMatchObject({ longLeverage: 10, marginMode: 'isolated' });
    expect(await client.fetchMarginMode(symbol)).toMatchObject({ marginMode: 'isolated' });
    await client.setMarginMode('cross', symbol);
    await client.setPositionMode(true, symbol);
    expect(await client.fetchPositionMode(symbol)).toMatchObject({ hedged: true });
    await client.setPositionMode(false, symbol);
    expect((await client.fetchLeverageTiers([symbol]))[symbol]![0]).toMatchObject({ maxLeverage: 125 });
    await expect(client.setLeverage(126, symbol)).rejects.toMatchObject({ name: 'BadRequest' });
  });

  it('rests, finds and cancels an order without opening anything', async () => {
    const { last } = await client.fetchTicker(symbol);
    const price = Number(client.priceToPrecision(symbol, last! * 0.95));
    const placed = await client.createOrder(symbol, 'limit', 'buy', 0.01, price, {
      clientOrderId: 'perpetual-1',
    });
    expect(placed).toMatchObject({ status: 'open', clientOrderId: 'perpetual-1', reduceOnly: false });
    expect((await client.fetchOpenOrders(symbol)).map(({ id }) => id)).toEqual([placed.id]);
    const balance = await client.fetchBalance();
    expect(balance['USDT']!.used).toBeCloseTo((price * 0.01) / 10, 2);
    const edited = await client.editOrder(placed.id!, symbol, 'limit', 'buy', 0.02, price - 10);
    expect(edited).toMatchObject({ id: placed.id, amount: 0.02, status: 'open' });
    expect(await client.cancelOrder(placed.id!, symbol)).toMatchObject({ status: 'canceled' });
    expect((await client.fetchOrder(placed.id!, symbol)).status).toBe('canceled');
    expect(await client.fetchPositions([symbol])).toEqual([]);
  });

  it('opens a long, shows its position, and closes it reduce-only', async () => {
    const order = await client.createOrder(symbol, 'market', 'buy', 0.1);
    expect(order).toMatchObject({ status: 'closed', filled: 0.1 });
    const [position] = await client.fetchPositions([symbol]);
    expect(position).toMatchObject({
      symbol,
      side: 'long',
      contracts: 0.1,
      marginMode: 'cross',
      hedged: false,
    });
    expect(position!.entryPrice!).toBeCloseTo(order.average!, 1);
    // A cross position worth a tenth of the wallet is not liquidated at any price above zero.
    expect(position!.liquidationPrice).toBeUndefined();
    const closing = await client.createOrder(symbol, 'market', 'sell', 0.5, undefined, { reduceOnly: true });
    expect(closing.filled).toBe(0.1);
    expect(await client.fetchPositions([symbol])).toEqual([]);
    const trades = await client.fetchMyTrades(symbol);
    expect(trades.at(-1)).toMatchObject({ order: closing.id, side: 'sell', fee: { currency: 'USDT' } });
    await expect(
      client.createOrder(symbol, 'market', 'sell', 0.1, undefined, { reduceOnly: true }),
    ).rejects.toThrow('ReduceOnly Order is rejected');
  });

  it('prices an isolated position’s end as the arithmetic says, and liquidates it there', async () => {
    await client.setMarginMode('isolated', symbol);
    const order = await client.createOrder(symbol, 'market', 'buy', 0.1);
    const [position] = await client.fetchPositions([symbol]);
    const entry = Number(position!.entryPrice);
    const margin = entry * 0.1 * 0.1;
    // The first bracket: maintenance 0.4 % of the notional.
    expect(position!.liquidationPrice!).toBeCloseTo((entry * 0.1 - margin) / (0.1 * (1 - 0.004)), 0);
    expect(position!.marginMode).toBe('isolated');
    await client.addMargin(symbol, 100);
    const [richer] = await client.fetchPositions([symbol]);
    expect(richer!.liquidationPrice!).toBeLessThan(position!.liquidationPrice!);
    expect(order.status).toBe('closed');

    // There it is liquidated, at the cost of its own margin alone.
    const before = (await client.fetchBalance())['USDT']!.total!;
    const [last] = await client.fetchPositions([symbol]);
    const lost = Number(last!.info.isolatedWallet);
    side.futures.pinMark('BTCUSDT', (last!.liquidationPrice! * 0.999).toFixed(2));
    expect(await client.fetchPositions([symbol])).toEqual([]);
    const income = await client.fapiPrivateGetIncome({ incomeType: 'INSURANCE_CLEAR' });
    expect(income).toHaveLength(1);
    const after = (await client.fetchBalance())['USDT']!.total!;
    const unrealized = Number(last!.unrealizedPnl);
    expect(after - (before - unrealized)).toBeCloseTo(-lost, 4);
    side.futures.pinMark('BTCUSDT', null);
  });

  it('takes conditional orders and lets them go', async () => {
    const { last } = await client.fetchTicker(symbol);
    await client.createOrder(symbol, 'market', 'buy', 0.1);
    const triggerPrice = Number(client.priceToPrecision(symbol, last! * 0.5));
    const stop = await client.createOrder(symbol, 'market', 'sell', 0.1, undefined, {
      stopLossPrice: triggerPrice,
      reduceOnly: true,
    });
    expect(stop).toMatchObject({ status: 'open', triggerPrice });
    expect(
      (await client.fetchOpenOrders(symbol, undefined, undefined, { trigger: true })).map(({ id }) => id),
    ).toEqual([stop.id]);
    await client.cancelOrder(stop.id!, symbol, { trigger: true });
    await client.createOrder(symbol, 'market', 'sell', 0.1, undefined, { reduceOnly: true });
  });

  it('watches orders, positions, balance, mark price and the book', async () => {
    const orders = watching(client.watchOrders(symbol));
    // The first answer is what there is already: nothing.
    expect(await client.watchPositions([symbol])).toEqual([]);
    const positions = watching(client.watchPositions([symbol]));
    const balance = watching(client.watchBalance({ type: 'swap' }));
    const mark = watching(client.watchMarkPrice(symbol));
    const book = await client.watchOrderBook(symbol);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    await until(() => client.options['future']?.['listenKey'] !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const placed = await client.createOrder(symbol, 'market', 'sell', 0.05);
    expect((await orders).at(-1)).toMatchObject({ id: placed.id, side: 'sell' });
    expect((await positions)[0]).toMatchObject({ symbol, side: 'short', contracts: 0.05 });
    expect((await balance)['USDT']!.total!).toBeGreaterThan(0);
    expect((await mark).markPrice!).toBeGreaterThan(0);
    await client.createOrder(symbol, 'market', 'buy', 0.05, undefined, { reduceOnly: true });
  });

  it('trades over the WebSocket API and watches a contract’s ticker, trades and candles', async () => {
    const { last } = await client.fetchTicker(symbol);
    const price = Number(client.priceToPrecision(symbol, last! * 0.9));
    const placed = await client.createOrderWs(symbol, 'limit', 'buy', 0.01, price);
    expect(placed).toMatchObject({ status: 'open', amount: 0.01 });
    expect(await client.fetchOrderWs(placed.id!, symbol)).toMatchObject({ id: placed.id });
    expect(await client.editOrderWs(placed.id!, symbol, 'limit', 'buy', 0.02, price)).toMatchObject({
      amount: 0.02,
    });
    expect(await client.cancelOrderWs(placed.id!, symbol)).toMatchObject({ status: 'canceled' });
    expect(await client.fetchPositionsWs([symbol])).toEqual([]);
    const [ticker, trades, candles] = await Promise.all([
      client.watchTicker(symbol),
      client.watchTrades(symbol),
      client.watchOHLCV(symbol, '1m'),
    ]);
    expect(ticker.last!).toBeGreaterThan(0);
    expect(trades[0]!.symbol).toBe(symbol);
    expect(candles.at(-1)![0]! % 60_000).toBe(0);
  });

  it('charges whoever holds a position at the funding stamp, and keeps the rate as history', async () => {
    await client.createOrder(symbol, 'market', 'buy', 0.1);
    const [position] = await client.fetchPositions([symbol]);
    const { fundingTimestamp } = await client.fetchFundingRate(symbol);
    const offsetMs = fundingTimestamp! - Date.now();
    venue.core.clock.set({ offsetMs });
    client.options['timeDifference'] = -offsetMs;
    await until(async () => (await client.fetchFundingRateHistory(symbol)).length === 1);
    const [rate] = await client.fetchFundingRateHistory(symbol);
    expect(rate).toMatchObject({ symbol, timestamp: fundingTimestamp });
    const [payment] = await client.fetchFundingHistory(symbol);
    const mark = Number(rate!.info.markPrice);
    expect(payment!.amount!).toBeCloseTo(-0.1 * mark * rate!.fundingRate!, 5);
    expect(position!.contracts).toBe(0.1);
    venue.core.clock.set({ offsetMs: 0 });
  });
});
