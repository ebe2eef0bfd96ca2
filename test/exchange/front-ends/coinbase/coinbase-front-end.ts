import type { Dialled, FrontEnd } from '../front-end-target.js';
import { LoopbackDoor } from '../loopback-door.js';
import type { Heard, Told } from '../loopback-door.js';
import { MarketFloor } from '../market-floor.js';
import { edKey, isRight } from './coinbase-auth.js';
import type { CoinbaseKey } from './coinbase-auth.js';
import { CoinbaseData } from './coinbase-data.js';
import { CoinbaseHistory } from './coinbase-history.js';
import { CoinbaseSockets } from './coinbase-sockets.js';
import { COINBASE_GRID, CoinbaseError } from './coinbase-terms.js';
import { CoinbaseTrading } from './coinbase-trading.js';

const KEY = edKey();

export function coinbaseWith({ name, secret }: CoinbaseKey): Dialled {
  return { ccxtId: 'coinbase', credential: { apiKey: name, secret, passphrase: null }, paths: PATHS };
}

const PATHS = {
  PLACE: '/api/v3/brokerage/orders',
  PLACE_CONDITIONAL: '/api/v3/brokerage/orders',
  CANCEL: '/api/v3/brokerage/orders/batch_cancel',
  CANCEL_CONDITIONAL: '/api/v3/brokerage/orders/batch_cancel',
  AMEND: '/api/v3/brokerage/orders/edit',
} as const;

export const COINBASE = coinbaseWith(KEY);

type Route = (heard: Heard, id: string) => object | Promise<object>;

/** Coinbase Advanced Trade over the engine of the chaos venue. */
export async function startCoinbase(key: CoinbaseKey = KEY): Promise<FrontEnd> {
  const floor = await MarketFloor.open(COINBASE_GRID);
  const sockets = new CoinbaseSockets(floor, key);
  const routes = routesOf(floor);
  const door = await LoopbackDoor.open({
    answer: (heard) => answer(heard, routes, key, floor),
    connect: (socket) => sockets.connect(socket),
  });
  return {
    door,
    floor,
    close: async () => {
      await door.close();
      await floor.close();
    },
  };
}

const BASE = '/api/v3/brokerage/';

/** By method and path; the last part of a path may be an id. */
function routesOf(floor: MarketFloor): readonly (readonly [pattern: RegExp, route: Route])[] {
  const data = new CoinbaseData(floor);
  const [trading, history] = [new CoinbaseTrading(floor), new CoinbaseHistory(floor)];
  return [
    [/^GET time$/, () => data.time()],
    [/^GET market\/products$/, ({ query }) => data.products(query)],
    [/^GET market\/product_book$/, ({ query }) => data.book(query)],
    [/^GET market\/products\/([^/]+)\/candles$/, ({ query }, id) => data.candles(id, query)],
    [/^GET market\/products\/([^/]+)\/ticker$/, ({ query }, id) => data.trades(id, query)],
    [/^GET accounts$/, () => history.accounts()],
    [/^GET orders\/historical\/batch$/, ({ query }) => history.orders(query)],
    [/^GET orders\/historical\/fills$/, ({ query }) => history.fills(query)],
    [/^GET orders\/historical\/([^/]+)$/, (_heard, id) => history.order(id)],
    [/^POST orders$/, ({ body }) => trading.place(body)],
    [/^POST orders\/batch_cancel$/, ({ body }) => trading.cancel(body)],
  ];
}

async function answer(
  heard: Heard,
  routes: ReturnType<typeof routesOf>,
  key: CoinbaseKey,
  floor: MarketFloor,
): Promise<Told> {
  const { method, path, headers } = heard;
  const name = `${method} ${path.startsWith(BASE) ? path.slice(BASE.length) : path}`;
  try {
    if (!/^GET (?:time|market\/)/.test(name)) {
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
      // ccxt leaves out `https://` only: on loopback the scheme stays.
      const uri = `${method} http://${headers.host}${path}`;
      if (!isRight(token, key, uri, floor.now())) throw new CoinbaseError(401, 'Unauthorized');
    }
    for (const [pattern, route] of routes) {
      const match = pattern.exec(name);
      if (match !== null) return { status: 200, body: await route(heard, match[1] ?? '') };
    }
    throw new CoinbaseError(404, { error: 'not_found', message: name });
  } catch (error) {
    if (!(error instanceof CoinbaseError)) throw error;
    return { status: error.status, body: error.body };
  }
}
