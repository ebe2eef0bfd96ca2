import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import type { DataChannel, VenueDataEvent } from '../../domain/venue-market-data.js';
import { ccxtUnderTest } from './scripted-channel.contract.js';
import type { ScriptedChannel } from './scripted-channel.contract.js';

type Frames = Record<string, object>;

function recorded(name: string): Frames {
  const file = new URL(`../../../recorded/${name}.json.gz`, import.meta.url);
  return (JSON.parse(gunzipSync(readFileSync(file)).toString()) as { files: Frames }).files;
}

interface Scene {
  ccxtId: string;
  markets(channel: ScriptedChannel): void;
  channel: DataChannel;
  /** What the venue sends once it is asked for the stream. */
  frames: readonly object[];
}

/** A venue's socket that answers any subscription with recorded frames; what came of them. */
async function play({ ccxtId, markets, channel, frames }: Scene): Promise<VenueDataEvent[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (text: Buffer) => {
      if (!text.toString().includes('subscribe')) return;
      for (const frame of frames) socket.send(JSON.stringify(frame));
    });
  });
  const { port } = server.address() as AddressInfo;
  const endpoints = { rest: 'http://127.0.0.1:9', ws: `ws://127.0.0.1:${port}` };
  const { gateway } = await ccxtUnderTest(ccxtId, markets, {}, endpoints);
  const events: VenueDataEvent[] = [];
  const end = gateway.marketData.subscribe(channel, (event) => events.push(event));
  for (let wait = 0; wait < 100 && events.length < 1 + frames.length; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  end();
  for (const socket of server.clients) socket.terminate();
  server.close();
  return events;
}

const okxMarket = {
  instType: 'SPOT',
  instId: 'BTC-USDT',
  baseCcy: 'BTC',
  quoteCcy: 'USDT',
  tickSz: '0.01',
  lotSz: '0.00001',
  minSz: '0.00001',
  maxLmtSz: '9999999999',
  state: 'live',
};

const okx = {
  ccxtId: 'okx',
  markets: (channel: ScriptedChannel) =>
    void channel.on('GET /api/v5/public/instruments', ({ fields }) => ({
      body: { code: '0', msg: '', data: fields['instType'] === 'SPOT' ? [okxMarket] : [] },
    })),
};

const coinbase = {
  ccxtId: 'coinbase',
  markets: (channel: ScriptedChannel) =>
    void channel
      .on('GET /api/v3/brokerage/market/products', ({ fields }) => ({
        body:
          fields['product_type'] === undefined
            ? recorded('coinbase')['http_products.json']
            : { products: [] },
      }))
      .on('GET /api/v3/brokerage/transaction_summary', { body: { fee_tier: {} } }),
};

const up = { kind: 'STREAM', state: 'UP', detail: '' };

it('OKX: a captured ticker', async () => {
  const frames = [recorded('okx')['ws_tickers.json']!];
  const events = await play({ ...okx, channel: { channel: 'TICKER', symbol: 'BTC/USDT' }, frames });
  expect(events).toEqual([
    up,
    {
      kind: 'TICKER',
      ticker: {
        symbol: 'BTC/USDT',
        bidTicks: 888_888,
        bidLots: 500_000,
        askTicks: 999_999,
        askLots: 1_100_000,
        lastTicks: 999_999,
        asOf: 1_597_026_383_085,
      },
    },
  ]);
});

it('OKX: a captured book, whose checksum nobody keeps any more', async () => {
  const frames = [recorded('okx')['ws_books_snapshot.json']!];
  const [first, second] = await play({
    ...okx,
    channel: { channel: 'BOOK', symbol: 'BTC/USDT', depth: 3 },
    frames,
  });
  expect(first).toEqual(up);
  expect(second).toMatchObject({
    kind: 'BOOK',
    complete: true,
    book: {
      bids: [
        [847_697, 25_600_000],
        [847_555, 10_100_000],
        [847_554, 10_000_000],
      ],
      asks: [
        [847_698, 41_500_000],
        [847_700, 700_000],
        [847_734, 8_500_000],
      ],
    },
  });
});

it('Coinbase: a captured ticker', async () => {
  const frames = [recorded('coinbase')['ws_ticker.json']!];
  const events = await play({ ...coinbase, channel: { channel: 'TICKER', symbol: 'BTC/USD' }, frames });
  expect(events[1]).toMatchObject({
    kind: 'TICKER',
    ticker: { bidTicks: 6_890_000, bidLots: 150_000_000, askTicks: 6_890_100, lastTicks: 6_890_050 },
  });
});

it('Coinbase: a captured book arrives under another name than it was asked for by', async () => {
  const frames = [
    recorded('coinbase')['ws_l2_data_snapshot.json']!,
    recorded('coinbase')['ws_l2_data_update.json']!,
  ];
  const events = await play({
    ...coinbase,
    channel: { channel: 'BOOK', symbol: 'BTC/USD', depth: 5 },
    frames,
  });
  const book = events.findLast((event) => event.kind === 'BOOK');
  expect(book).toMatchObject({
    book: {
      asks: [
        [6_890_150, 120_000_000],
        [6_890_200, 80_000_000],
      ],
      bids: [
        [6_890_000, 200_000_000],
        [6_889_950, 75_000_000],
        [6_889_900, 230_000_000],
      ],
    },
  });
});

it('Kraken: a captured ticker, whose numbers are JSON numbers', async () => {
  const XXBTZUSD = {
    altname: 'XBTUSD',
    wsname: 'XBT/USD',
    base: 'XXBT',
    quote: 'ZUSD',
    pair_decimals: 1,
    lot_decimals: 8,
  };
  const rules = {
    fees: [[0, 0.4]],
    fees_maker: [[0, 0.25]],
    ordermin: '0.00005',
    costmin: '0.5',
    tick_size: '0.1',
    status: 'online',
  };
  const events = await play({
    ccxtId: 'kraken',
    markets: (channel) =>
      void channel.on('GET /0/public/AssetPairs', {
        body: { error: [], result: { XXBTZUSD: { ...XXBTZUSD, ...rules } } },
      }),
    channel: { channel: 'TICKER', symbol: 'BTC/USD' },
    frames: [recorded('kraken')['ws_ticker_snapshot.json']!],
  });
  expect(events[1]).toMatchObject({
    kind: 'TICKER',
    ticker: { bidTicks: 1_059_442, bidLots: 250_000_000, askTicks: 1_059_443, lastTicks: 1_058_994 },
  });
});
