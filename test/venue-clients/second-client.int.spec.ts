import { generateKeyPairSync } from 'node:crypto';
import { MainClient, USDMClient, WebsocketAPIClient, WebsocketClient } from 'binance';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { KEY, openRehearsal, SECRET, until, watching } from './rehearsal.js';

/** The client logs each reconnection; a test has no use for that. */
const SILENT = { trace: () => undefined, info: () => undefined, error: () => undefined };

describe('the npm package binance works against the venue', () => {
  let venue: RunningVenue;
  /** The client dials again and again until it is told to stop. */
  const opened: (() => void)[] = [];

  beforeAll(async () => {
    venue = await openRehearsal();
  });

  afterAll(async () => {
    for (const close of opened) close();
    await venue.close();
  });

  it('reads the market and trades over REST', async () => {
    const client = new MainClient({ api_key: KEY, api_secret: SECRET, baseUrl: venue.url });
    expect((await client.getExchangeInfo()).symbols.map(({ symbol }) => symbol)).toContain('BTCUSDT');
    const book = await client.getOrderBook({ symbol: 'BTCUSDT', limit: 5 });
    expect(book.bids).toHaveLength(5);
    const price = Math.floor(Number(book.bids[0]![0]) * 0.9);
    const placed = await client.submitNewOrder({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: 0.01,
      price,
      timeInForce: 'GTC',
      newOrderRespType: 'FULL',
    });
    expect(placed).toMatchObject({ symbol: 'BTCUSDT', status: 'NEW' });
    const open = await client.getOpenOrders({ symbol: 'BTCUSDT' });
    expect(open.map(({ orderId }) => orderId)).toEqual([placed.orderId]);
    const canceled = await client.cancelOrder({ symbol: 'BTCUSDT', orderId: Number(placed.orderId) });
    expect(canceled).toMatchObject({ status: 'CANCELED', orderId: placed.orderId });
    const account = await client.getAccountInformation();
    expect(account.balances.find(({ asset }) => asset === 'USDT')).toMatchObject({ locked: '0.00000000' });
    await expect(client.cancelOrder({ symbol: 'BTCUSDT', orderId: 999_999 })).rejects.toMatchObject({
      code: -2011,
    });
  });

  it('reads positions and sets leverage on futures', async () => {
    const client = new USDMClient({ api_key: KEY, api_secret: SECRET, baseUrl: venue.url });
    expect((await client.getMarkPrice({ symbol: 'BTCUSDT' })) as object).toMatchObject({ symbol: 'BTCUSDT' });
    expect(await client.setLeverage({ symbol: 'BTCUSDT', leverage: 7 })).toMatchObject({ leverage: 7 });
    const order = await client.submitNewOrder({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'MARKET',
      quantity: 0.01,
    });
    expect(order.status).toBe('FILLED');
    const [position] = await client.getPositionsV3({ symbol: 'BTCUSDT' });
    expect(position).toMatchObject({ symbol: 'BTCUSDT', positionAmt: '-0.010' });
  });

  it('gets market streams, one by one and combined', async () => {
    const seen = new Set<string>();
    const client = new WebsocketClient({ wsUrl: `${venue.wsUrl}/stream`, beautify: false }, SILENT);
    client.on('message', (message) => {
      if ('e' in message) seen.add(String(message.e));
    });
    opened.push(() => client.closeAll(true));
    await client.subscribe(['btcusdt@trade', 'btcusdt@depth@100ms', 'btcusdt@miniTicker'], 'main');
    await until(() => ['trade', 'depthUpdate', '24hrMiniTicker'].every((event) => seen.has(event)));
    expect([...seen].sort()).toEqual(['24hrMiniTicker', 'depthUpdate', 'trade']);
  });

  it('signs in with an Ed25519 key, trades and hears of it on one connection', async () => {
    const keys = generateKeyPairSync('ed25519');
    const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const apiKey = 'session'.padEnd(64, 'k');
    venue.admin.openAccount({
      accountId: 'session',
      keys: [{ apiKey, publicKeyPem: pem }],
      balances: { USDT: '10000' },
    });
    const client = new WebsocketAPIClient(
      {
        api_key: apiKey,
        api_secret: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        wsUrl: venue.wsUrl,
        beautify: false,
        attachEventListeners: false,
      },
      SILENT,
    );
    opened.push(() => client.disconnectAll());
    const events: string[] = [];
    client.getWSClient().on('message', (message) => {
      if ('e' in message) events.push(String(message.e));
    });
    await client.subscribeUserDataStream('mainWSAPI');
    const placed = watching(
      client.submitNewSpotOrder({
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'MARKET',
        quoteOrderQty: 1000,
      }),
    );
    expect((await placed).result).toMatchObject({ symbol: 'BTCUSDT', status: 'FILLED' });
    await until(() => events.includes('executionReport') && events.includes('outboundAccountPosition'));
    expect((await client.getSpotAccountInformation({ timestamp: Date.now() })).result).toMatchObject({
      canTrade: true,
    });
  });
});
