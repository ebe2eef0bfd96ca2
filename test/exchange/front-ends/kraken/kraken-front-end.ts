import type { FrontEnd } from '../front-end-target.js';
import { LoopbackDoor } from '../loopback-door.js';
import type { Heard, Told } from '../loopback-door.js';
import { MarketFloor } from '../market-floor.js';
import { KrakenAuth } from './kraken-auth.js';
import { KrakenData } from './kraken-data.js';
import { KrakenHistory } from './kraken-history.js';
import { KrakenSockets } from './kraken-sockets.js';
import { KRAKEN_GRID, KRAKEN_KEY, KRAKEN_SECRET, KrakenError } from './kraken-terms.js';
import { KrakenTrading } from './kraken-trading.js';

export const KRAKEN = {
  ccxtId: 'kraken',
  credential: { apiKey: KRAKEN_KEY, secret: KRAKEN_SECRET, passphrase: null },
  paths: {
    PLACE: '/0/private/AddOrder',
    PLACE_CONDITIONAL: '/0/private/AddOrder',
    CANCEL: '/0/private/CancelOrder',
    CANCEL_CONDITIONAL: '/0/private/CancelOrder',
    AMEND: '/0/private/AmendOrder',
  },
} as const;

export interface KrakenFrontEnd extends FrontEnd {
  readonly sockets: KrakenSockets;
}

type Method = (fields: URLSearchParams) => object | Promise<object>;

/** Kraken's spot REST and WebSocket v2 over the engine of the chaos venue. */
export async function startKraken(): Promise<KrakenFrontEnd> {
  const floor = await MarketFloor.open(KRAKEN_GRID);
  const sockets = new KrakenSockets(floor);
  const methods = { public: publicMethods(floor), private: privateMethods(floor, sockets) };
  const auth = new KrakenAuth();
  const door = await LoopbackDoor.open({
    answer: (heard) => answer(heard, methods, auth),
    connect: (socket) => sockets.connect(socket),
  });
  return {
    door,
    floor,
    sockets,
    close: async () => {
      await door.close();
      await floor.close();
    },
  };
}

function publicMethods(floor: MarketFloor): Readonly<Record<string, Method>> {
  const data = new KrakenData(floor);
  return {
    Time: () => data.time(),
    AssetPairs: () => data.pairs(),
    Depth: (query) => data.depth(query),
    Trades: (query) => data.trades(query),
    OHLC: (query) => data.candles(query),
    Ticker: (query) => data.tickers(query),
  };
}

function privateMethods(floor: MarketFloor, { tokens }: KrakenSockets): Readonly<Record<string, Method>> {
  const [trading, history] = [new KrakenTrading(floor), new KrakenHistory(floor)];
  return {
    AddOrder: (fields) => trading.add(fields),
    AmendOrder: (fields) => trading.amend(fields),
    CancelOrder: (fields) => trading.cancel(fields),
    CancelAllOrdersAfter: (fields) => trading.cancelAllAfter(fields),
    BalanceEx: () => history.balances(),
    OpenOrders: (fields) => history.openOrders(fields),
    ClosedOrders: (fields) => history.closedOrders(fields),
    QueryOrders: (fields) => history.orders(fields),
    TradesHistory: (fields) => history.trades(fields),
    GetWebSocketsToken: () => {
      const token = `token-${tokens.size + 1}`;
      tokens.add(token);
      return { token, expires: 900 };
    },
  };
}

/** 200 whatever is said; what is wrong stands in `error`. */
async function answer(
  heard: Heard,
  methods: Record<'public' | 'private', Readonly<Record<string, Method>>>,
  auth: KrakenAuth,
): Promise<Told> {
  const [, , kind, name = ''] = heard.path.split('/');
  try {
    const method = kind === 'public' || kind === 'private' ? methods[kind][name] : undefined;
    if (method === undefined) throw new KrakenError('EGeneral:Unknown method');
    if (kind === 'private' && heard.method !== 'POST') throw new KrakenError('EAPI:Bad request');
    const result = await method(kind === 'private' ? auth.check(heard) : heard.query);
    return { status: 200, body: { error: [], result } };
  } catch (error) {
    if (!(error instanceof KrakenError)) throw error;
    return { status: 200, body: { error: [error.message] } };
  }
}
