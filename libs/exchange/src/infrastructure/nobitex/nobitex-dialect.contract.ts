import { createPublicKey, verify } from 'node:crypto';
import { formatScaled, multiplyScaled, parseScaled } from '@sextant/kernel';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import type { HeardRequest } from '../channel/scripted-venue.contract.js';
import type { TestedDialect } from '../native/native-fixture.contract.js';
import type { DialectAnswer } from '../native/thin-venue.contract.js';

interface BookedOrder {
  id: number;
  type: 'buy' | 'sell';
  execution: string;
  market: string;
  srcCurrency: string;
  dstCurrency: string;
  price: string;
  amount: string;
  matchedAmount: string;
  unmatchedAmount: string;
  averagePrice: string;
  status: string;
  partial: boolean;
  fee: string;
  created_at: string;
  clientOrderId: string | null;
}

const RIALS = 1_000_000_000_000;
/** What a market order fills at: the best ask of the book. */
export const ASK = '1476091000';
const PAGE = 2;
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const OPEN = ['New', 'Active', 'Inactive'];

const ok = (body: object): DialectAnswer => ({ status: 200, body: { status: 'ok', ...body } });
const failed = (code: string, message = '', status = 200): DialectAnswer => ({
  status,
  body: { status: 'failed', code, message },
});

/** Nobitex as its documentation tells it, refusals with HTTP 200 included; small pages, so that lists have several. */
export class NobitexDialect implements TestedDialect {
  readonly orders: BookedOrder[] = [];
  readonly trades: Record<string, unknown>[] = [];
  /** Changes what a row of an order looks like when it is told. */
  spoil: (order: BookedOrder) => unknown = (order) => order;
  /** Answers instead of the dialect where it is not null. */
  instead: (request: HeardRequest) => DialectAnswer | null = () => null;
  keyPermissions = 'READ,TRADE';
  private lastId = 1_000;

  constructor(
    private readonly apiKeys: readonly string[],
    private readonly tokens: readonly string[],
  ) {}

  accepted(): string[] {
    return this.orders.map(({ clientOrderId }) => clientOrderId ?? '');
  }

  fill(wireId: string, quantity: string, price: string): void {
    const order = this.orders.find((one) => one.clientOrderId === wireId)!;
    const { id: orderId, market, type, amount } = order;
    const matched = Number(order.matchedAmount) + Number(quantity);
    order.matchedAmount = matched.toFixed(10);
    order.unmatchedAmount = (Number(amount) - matched).toFixed(10);
    order.averagePrice = `${price}.0000000000`;
    order.partial = matched < Number(amount);
    order.status = order.partial ? 'Active' : 'Done';
    const timestamp = new Date().toISOString();
    const fee = (Number(quantity) * 0.0025).toFixed(10);
    this.lastId += 1;
    this.trades.push({
      id: this.lastId,
      orderId,
      market,
      timestamp,
      type,
      price,
      amount: quantity,
      total: '0',
      fee,
    });
  }

  answer(request: HeardRequest): DialectAnswer {
    const instead = this.instead(request);
    if (instead !== null) return instead;
    const url = new URL(request.path, 'http://venue.invalid');
    if (request.headers['user-agent']?.startsWith('TraderBot/') !== true) return failed('Forbidden', '', 403);
    if (request.method === 'GET' && url.pathname === '/v2/options') return ok(options);
    const data = request.method === 'GET' ? (marketData[url.pathname] ?? candles(url)) : undefined;
    if (data !== undefined) return { status: 200, body: data };
    if (!this.isKnown(request)) return { status: 401, body: { detail: 'Invalid token.' } };
    return request.method === 'GET' ? this.get(url) : this.post(url.pathname, request.body);
  }

  private get(url: URL): DialectAnswer {
    switch (url.pathname) {
      case '/market/orders/list':
        return this.list(url);
      case '/market/trades/list':
        return this.listTrades(url);
      case '/users/wallets/list':
        return ok({ wallets: this.wallets() });
      case '/users/profile':
        return ok({ profile: { options: { fee: '0.25', feeUsdt: 0.2 } } });
      case '/apikeys/list': {
        const key = { permissions: this.keyPermissions, ipAddressesWhitelist: ['192.0.2.7'] };
        return ok({ keys: this.apiKeys.map((apiKey) => ({ ...key, key: apiKey })) });
      }
      default:
        return failed('NotFound', 'No such page.', 404);
    }
  }

  private post(path: string, body: string): DialectAnswer {
    const asked = JSON.parse(body) as Record<string, string | number>;
    if (path === '/market/orders/add') return this.place(asked as Record<string, string>);
    if (path === '/market/orders/status') {
      const order = this.find(asked['id'], asked['clientOrderId']);
      return order === null ? failed('NotFound', 'No Order matches.', 404) : ok({ order: this.spoil(order) });
    }
    if (path !== '/market/orders/update-status') return failed('NotFound', 'No such page.', 404);
    const order = this.find(asked['order'], asked['clientOrderId']);
    if (order === null || !OPEN.includes(order.status)) return failed('NotFound', 'No Order matches.', 404);
    order.status = 'Canceled';
    return ok({ updatedStatus: 'Canceled', order: this.spoil(order) });
  }

  /** By its own id any order; by the client's only one that has not ended. */
  private find(id: unknown, clientOrderId: unknown): BookedOrder | null {
    const found = this.orders.find((order) =>
      id === undefined
        ? order.clientOrderId === clientOrderId && OPEN.includes(order.status)
        : order.id === id,
    );
    return found ?? null;
  }

  private place(asked: Record<string, string>): DialectAnswer {
    const {
      type,
      execution,
      srcCurrency,
      dstCurrency,
      amount,
      price = 'market',
      clientOrderId = null,
    } = asked;
    if (this.find(undefined, clientOrderId) !== null) {
      return { status: 200, body: { status: 'failed', code: 'DuplicateClientOrderId', clientOrderId } };
    }
    if (execution === 'limit' && Number(price) * Number(amount) > RIALS) return failed('OverValueOrder');
    this.lastId += 1;
    const order: BookedOrder = {
      id: this.lastId,
      type: type as 'buy',
      execution: execution === 'market' ? 'Market' : 'Limit',
      market: `${srcCurrency}-${dstCurrency}`.toUpperCase(),
      srcCurrency: 'Bitcoin',
      dstCurrency: '﷼',
      price,
      amount: amount!,
      matchedAmount: '0E-10',
      unmatchedAmount: amount!,
      averagePrice: '0',
      status: 'Active',
      partial: false,
      fee: '0E-10',
      created_at: new Date().toISOString().replace('Z', '000+00:00'),
      clientOrderId,
    };
    this.orders.push(order);
    const answer = ok({ order: this.spoil(structuredClone(order)) });
    if (execution === 'market') this.fill(clientOrderId!, amount!, ASK);
    return answer;
  }

  private list(url: URL): DialectAnswer {
    const open = url.searchParams.get('status') === 'open';
    const src = url.searchParams.get('srcCurrency')?.toUpperCase();
    const rows = this.orders
      .filter(({ status }) => !open || OPEN.includes(status))
      .filter(({ market }) => src === undefined || market.startsWith(`${src}-`))
      .toReversed();
    const from = PAGE * (Number(url.searchParams.get('page') ?? 1) - 1);
    const orders = rows.slice(from, from + PAGE).map((order) => this.spoil(order));
    return ok({ orders, hasNext: from + PAGE < rows.length });
  }

  private listTrades(url: URL): DialectAnswer {
    const first = Number(url.searchParams.get('fromId') ?? 0);
    const rows = this.trades.filter(({ id }) => (id as number) >= first).toReversed();
    const from = PAGE * (Number(url.searchParams.get('page') ?? 1) - 1);
    return ok({ trades: rows.slice(from, from + PAGE), hasNext: from + PAGE < rows.length });
  }

  private wallets() {
    const blocked = this.orders
      .filter(({ type, status }) => type === 'buy' && status === 'Active')
      .reduce((sum, { price, amount }) => sum + multiplyScaled(parseScaled(price), parseScaled(amount)), 0n);
    return [
      { id: 1, currency: 'rls', balance: `${RIALS}.0000000000`, blockedBalance: formatScaled(blocked) },
      { id: 2, currency: 'btc', balance: '0.5000000000', blockedBalance: '0E-10' },
      { id: 3, currency: '1m_pepe', balance: '12.5', blockedBalance: '0' },
    ];
  }

  /** A token, or an Ed25519 signature over time, method, raw path with query and raw body; 30 s either way. */
  private isKnown({ method, path, headers, body }: HeardRequest): boolean {
    const token = /^Token (.*)$/.exec(headers['authorization'] ?? '')?.[1];
    if (token !== undefined) return this.tokens.includes(token);
    const {
      'nobitex-key': apiKey = '',
      'nobitex-timestamp': time = '',
      'nobitex-signature': signature = '',
    } = headers;
    if (!this.apiKeys.includes(apiKey) || Math.abs(Date.now() / 1_000 - Number(time)) > 30) return false;
    const der = Buffer.concat([PREFIX, Buffer.from(apiKey, 'base64')]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return /^[A-Za-z0-9_=-]+$/.test(signature)
      ? verify(null, Buffer.from(time + method + path + body), key, Buffer.from(signature, 'base64url'))
      : false;
  }
}

/** The published samples of github.com/nobitex/docs-api (Apache-2.0), as they stand there. */
export const marketData: Record<string, unknown> = {
  '/v3/orderbook/BTCIRT': {
    status: 'ok',
    lastUpdate: 1644991756704,
    lastTradePrice: '35650565900',
    asks: [
      ['1476091000', '1.016'],
      ['1479700000', '0.2561'],
    ],
    bids: [
      ['1470001120', '0.126571'],
      ['1470000000', '0.818994'],
    ],
  },
  '/v2/trades/BTCIRT': {
    status: 'ok',
    trades: [
      { time: 1588689375067, price: '1470000110', volume: '0.002', type: 'sell' },
      { time: 1588689375067, price: '1470000110', volume: '0.002', type: 'sell' },
    ],
  },
  '/v2/trades/BCHIRT': {
    status: 'ok',
    trades: [
      { time: 1588689375067, price: '1470000110', volume: '0', type: 'sell' },
      { time: 1588689360464, price: '1470000110', volume: '0.002', type: 'buy' },
    ],
  },
  '/market/stats': {
    status: 'ok',
    stats: {
      'btc-rls': {
        isClosed: false,
        bestSell: '749976360',
        bestBuy: '733059600',
        volumeSrc: '0.2929480000',
        volumeDst: '212724856.0678640000',
        latest: '750350000',
        mark: '747461987',
        dayLow: '686021860',
        dayHigh: '750350000',
        dayOpen: '686021860',
        dayClose: '750350000',
        dayChange: '9.38',
      },
    },
  },
};

/** The last ten minutes, where candles of a minute are asked for. */
function candles(url: URL): object | undefined {
  if (url.pathname !== '/market/udf/history' || url.searchParams.get('resolution') !== '1') return undefined;
  const [from, to] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)));
  const t: number[] = [];
  for (let time = Math.ceil(from! / 60) * 60; time <= to! && time <= Date.now() / 1_000; time += 60)
    t.push(time);
  const column = (value: number) => t.map(() => value);
  return { s: 'ok', t, o: column(10), h: column(12.5), l: column(9), c: column(11), v: column(0.25) };
}

const options = {
  nobitex: {
    amountPrecisions: {
      BTCIRT: '0.000001',
      BTCUSDT: '0.000001',
      BCHIRT: '0.00001',
      '1M_PEPEIRT': '0.01',
      BTCEUR: '1',
    },
    pricePrecisions: { BTCIRT: '10', BTCUSDT: '0.01', BCHIRT: '10', '1M_PEPEIRT': '1', BTCEUR: '1' },
    minOrders: { rls: '3000000', usdt: '11' },
  },
};

export function tokenOf(digit: string): VenueCredential {
  return { credentialId: `token-${digit}`, apiKey: '', secret: digit.repeat(40), passphrase: null };
}
