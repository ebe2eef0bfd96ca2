import { createPublicKey, randomUUID, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { formatScaled, multiplyScaled, parseScaled } from '@sextant/kernel';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import type { HeardRequest } from '../channel/scripted-venue.contract.js';
import type { TestedDialect } from '../native/native-fixture.contract.js';
import type { DialectAnswer } from '../native/thin-venue.contract.js';
import { Ed25519Key } from '../signing/ed25519-key.js';

interface BookedOrder {
  id: string;
  client_order_id: string;
  symbol: string;
  side: 'buy' | 'sell';
  type: 'market' | 'limit';
  state: string;
  filled_asset_quantity: number;
  average_price: number | null;
  executions: { effective_price: string; quantity: string; timestamp: string }[];
  created_at: string;
  updated_at: string;
  market_order_config?: { asset_quantity: string };
  limit_order_config?: { asset_quantity: string; limit_price: string };
}

const CASH = 100_000;
/** What a market order fills at: the ask that is quoted, on the grid. */
export const ASK = '60010.02';
const PAGE = 2;
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const no = (status: number, type: string, detail: string, attr: string | null = null): DialectAnswer => ({
  status,
  body: { type, errors: [{ detail, attr }] },
});

/** Robinhood's version 1 as its documentation tells it: small pages, so that every list has several. */
export class RobinhoodDialect implements TestedDialect {
  readonly orders: BookedOrder[] = [];
  /** Changes what a row of an order looks like when it is told. */
  spoil: (order: BookedOrder) => unknown = (order) => order;
  clockAheadMs = 0;
  private readonly keys = new Map<string, KeyObject>();
  private ticks = 0;

  constructor(credentials: readonly VenueCredential[]) {
    for (const { apiKey, secret } of credentials) {
      const raw = Buffer.from(Ed25519Key.parse(secret).publicKey, 'base64');
      this.keys.set(
        apiKey,
        createPublicKey({ key: Buffer.concat([PREFIX, raw]), format: 'der', type: 'spki' }),
      );
    }
  }

  accepted(): string[] {
    return this.orders.map((order) => order.client_order_id);
  }

  fill(wireId: string, quantity: string, price: string): void {
    const order = this.orders.find((one) => one.client_order_id === wireId)!;
    const at = this.now();
    order.executions.push({ effective_price: price, quantity, timestamp: at });
    order.filled_asset_quantity += Number(quantity);
    order.average_price = Number(price);
    order.state = order.filled_asset_quantity === sizeOf(order) ? 'filled' : 'partially_filled';
    order.updated_at = at;
  }

  answer(request: HeardRequest): DialectAnswer {
    const url = new URL(request.path, 'http://venue.invalid');
    if (!this.isInTime(request)) return no(401, 'client_error', 'The timestamp has expired.');
    if (!this.isSigned(request)) return no(401, 'client_error', 'Invalid signature.');
    const { method } = request;
    const path = url.pathname.replace('/api/v1/crypto/', '');
    if (method === 'GET' && path === 'trading/accounts/') return this.account();
    if (method === 'GET' && path === 'trading/trading_pairs/') return { status: 200, body: pairs };
    if (method === 'GET' && path === 'trading/holdings/') return { status: 200, body: this.holdings() };
    if (method === 'GET' && path === 'trading/orders/') return this.list(url);
    if (method === 'POST' && path === 'trading/orders/') return this.place(request.body);
    if (method === 'GET' && path === 'marketdata/best_bid_ask/') return { status: 200, body: quotes(url) };
    const cancel = /^trading\/orders\/([0-9a-f-]{36})\/cancel\/$/.exec(path);
    if (method === 'POST' && cancel !== null) return this.cancel(cancel[1]!);
    return no(404, 'client_error', 'Not found.');
  }

  /** 30 s either way. */
  private isInTime({ headers }: HeardRequest): boolean {
    return Math.abs((Date.now() + this.clockAheadMs) / 1_000 - Number(headers['x-timestamp'])) <= 30;
  }

  /** Over key, time, raw path with query, method and raw body. */
  private isSigned({ method, path, headers, body }: HeardRequest): boolean {
    const { 'x-api-key': apiKey = '', 'x-timestamp': time = '', 'x-signature': signature = '' } = headers;
    const key = this.keys.get(apiKey);
    if (key === undefined) return false;
    const message = Buffer.from(apiKey + time + path + method + body);
    return verify(null, message, key, Buffer.from(signature, 'base64'));
  }

  private account(): DialectAnswer {
    const held = this.orders
      .filter(({ side, state, limit_order_config: limit }) => side === 'buy' && state === 'open' && limit)
      .map(({ limit_order_config: limit }) => limit!)
      .reduce(
        (sum, limit) =>
          sum + multiplyScaled(parseScaled(limit.limit_price), parseScaled(limit.asset_quantity)),
        0n,
      );
    const buying_power = formatScaled(parseScaled(String(CASH)) - held);
    const body = { account_number: 'A1', status: 'active', buying_power, buying_power_currency: 'USD' };
    return { status: 200, body };
  }

  private holdings() {
    const row = (asset_code: string, total: number) => ({
      account_number: 'A1',
      asset_code,
      total_quantity: total,
      quantity_available_for_trading: total,
    });
    return { next: null, previous: null, results: [row('BTC', 0.00001), row('ETH', 1.5)] };
  }

  private list(url: URL): DialectAnswer {
    const wants = (name: string): string | null => url.searchParams.get(name);
    const rows = this.orders
      .filter((order) => {
        const { id, symbol, state, created_at, updated_at } = order;
        return (
          (wants('id') ?? id) === id &&
          (wants('symbol') ?? symbol) === symbol &&
          (wants('state') ?? state) === state &&
          created_at >= (wants('created_at_start') ?? '') &&
          updated_at >= (wants('updated_at_start') ?? '')
        );
      })
      .toReversed();
    const from = Number(wants('cursor') ?? 0);
    const more = from + PAGE < rows.length;
    url.searchParams.set('cursor', String(from + PAGE));
    const next = more ? `https://trading.robinhood.com${url.pathname}${url.search}` : null;
    const results = rows.slice(from, from + PAGE).map((order) => this.spoil(order));
    return { status: 200, body: { next, previous: null, results } };
  }

  private place(body: string): DialectAnswer {
    const asked = JSON.parse(body) as BookedOrder;
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(asked.client_order_id)) {
      return no(400, 'validation_error', 'Must be a valid UUID.', 'client_order_id');
    }
    if (this.orders.some((order) => order.client_order_id === asked.client_order_id)) {
      return no(400, 'validation_error', 'An order with this id was submitted before.', 'client_order_id');
    }
    if (Number(asked.limit_order_config?.limit_price ?? 0) * sizeOf(asked) > CASH) {
      return no(400, 'validation_error', 'Not enough buying power.', 'non_field_errors');
    }
    const at = this.now();
    const state = { state: 'open', filled_asset_quantity: 0, average_price: null, executions: [] };
    const order = {
      ...asked,
      id: randomUUID(),
      account_number: 'A1',
      ...state,
      created_at: at,
      updated_at: at,
    };
    this.orders.push(order);
    const answer = { status: 201, body: this.spoil(structuredClone(order)) };
    if (order.type === 'market')
      this.fill(order.client_order_id, order.market_order_config!.asset_quantity, ASK);
    return answer;
  }

  private cancel(id: string): DialectAnswer {
    const order = this.orders.find((one) => one.id === id);
    if (order === undefined) return no(404, 'client_error', 'Not found.');
    if (order.state !== 'open' && order.state !== 'partially_filled') {
      return no(400, 'validation_error', 'The order cannot be cancelled.', 'non_field_errors');
    }
    order.state = 'canceled';
    order.updated_at = this.now();
    return { status: 200, body: `Cancel request was submitted for order ${id}` };
  }

  /** Each a microsecond later than the one before. */
  private now(): string {
    this.ticks += 1;
    return new Date().toISOString().replace('Z', `${String(this.ticks % 1_000).padStart(3, '0')}Z`);
  }
}

function sizeOf(order: BookedOrder): number {
  return Number((order.limit_order_config ?? order.market_order_config)!.asset_quantity);
}

const pair = (asset_code: string, quote_increment: string, asset_increment: string, status = 'tradable') => ({
  asset_code,
  quote_code: 'USD',
  quote_increment,
  asset_increment,
  max_order_size: '20.0000000000000000',
  min_order_size: '0.000001000000000000',
  status,
  symbol: `${asset_code}-USD`,
});

const pairs = {
  next: null,
  previous: null,
  results: [
    pair('BTC', '0.010000000000000000', '0.000000010000000000'),
    pair('ETH', '0.010000000000000000', '0.000001000000000000'),
    pair('OLD', '0.010000000000000000', '0.000001000000000000', 'untradable'),
    pair('FINE', '0.000000000001000000', '0.000000000001000000'),
    pair('ODD', 'a little', '0.000001000000000000'),
  ],
};

function quotes(url: URL) {
  const results = url.searchParams.getAll('symbol').map((symbol) => ({
    symbol,
    price: 60_000.005,
    bid_inclusive_of_sell_spread: 59_990.017,
    sell_spread: 0.0001,
    ask_inclusive_of_buy_spread: 60_010.013,
    buy_spread: 0.0001,
    timestamp: '2026-01-05T12:00:00.123456-05:00',
  }));
  return { results };
}
