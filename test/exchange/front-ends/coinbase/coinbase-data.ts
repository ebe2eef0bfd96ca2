import type { MarketFloor } from '../market-floor.js';
import { CoinbaseError, PRODUCT } from './coinbase-terms.js';

type Kline = [number, string, string, string, string, string];
interface PublicTrade {
  id: number;
  price: string;
  qty: string;
  time: number;
  isBuyerMaker: boolean;
}

const INTERVALS: Readonly<Record<string, string>> = {
  ...{ ONE_MINUTE: '1m', FIVE_MINUTE: '5m', FIFTEEN_MINUTE: '15m', ONE_HOUR: '1h', ONE_DAY: '1d' },
};

/** Public calls. */
export class CoinbaseData {
  constructor(private readonly floor: MarketFloor) {}

  time(): object {
    const at = this.floor.now();
    const epochSeconds = String(Math.floor(at / 1_000));
    return { iso: new Date(at).toISOString(), epochSeconds, epochMillis: String(at) };
  }

  products(query: URLSearchParams): object {
    const products = query.get('product_type') === 'FUTURE' ? [] : [this.product()];
    return { products, num_products: products.length };
  }

  book(query: URLSearchParams): object {
    needProduct(query.get('product_id'));
    const { bids, asks } = this.floor.depth(Number(query.get('limit') ?? 1_000));
    const rows = (levels: [string, string][]) =>
      levels.map(([price, size]) => ({ price: price.slice(0, -6), size }));
    const time = new Date(this.floor.now()).toISOString();
    return { pricebook: { product_id: PRODUCT, bids: rows(bids), asks: rows(asks), time } };
  }

  /** Newest first; both ends are seconds, and inclusive. */
  async candles(product: string, query: URLSearchParams): Promise<object> {
    needProduct(product);
    const interval = INTERVALS[query.get('granularity') ?? ''];
    const [start, end] = [Number(query.get('start')), Number(query.get('end'))];
    if (interval === undefined || !(start < end)) {
      throw new CoinbaseError(400, { error: 'INVALID_ARGUMENT', message: 'start and end are needed' });
    }
    const range = { interval, startTime: start * 1_000, endTime: end * 1_000 + 999, limit: 350 };
    const told = await this.floor.ask<Kline[]>('/api/v3/klines', range);
    const candles = told.toReversed().map(([at, open, high, low, close, volume]) => ({
      ...{ start: String(at / 1_000), low, high, open, close, volume },
    }));
    return { candles };
  }

  /** Newest first. */
  async trades(product: string, query: URLSearchParams): Promise<object> {
    needProduct(product);
    const told = await this.floor.ask<PublicTrade[]>('/api/v3/trades', { limit: query.get('limit') ?? 100 });
    const trades = told.toReversed().map(({ id, price, qty, time, isBuyerMaker }) => ({
      ...{ trade_id: String(id), product_id: PRODUCT, price: price.slice(0, -6), size: qty },
      ...{ time: new Date(time).toISOString(), side: isBuyerMaker ? 'SELL' : 'BUY', exchange: 'CBE' },
    }));
    const { bids, asks } = this.floor.depth(1);
    return { trades, best_bid: bids[0]?.[0].slice(0, -6) ?? '', best_ask: asks[0]?.[0].slice(0, -6) ?? '' };
  }

  private product(): object {
    return {
      ...{ product_id: PRODUCT, price: '60000', price_percentage_change_24h: '0', volume_24h: '1' },
      ...{ base_increment: '0.00000001', quote_increment: '0.01', price_increment: '0.01' },
      ...{ base_min_size: '0.00000001', base_max_size: '3400', quote_min_size: '1' },
      ...{ quote_max_size: '150000000', base_name: 'Bitcoin', quote_name: 'US Dollar', watched: false },
      ...{ is_disabled: false, new: false, status: 'online', cancel_only: false, limit_only: false },
      ...{ post_only: false, trading_disabled: false, auction_mode: false, product_type: 'SPOT' },
      ...{ base_currency_id: 'BTC', quote_currency_id: 'USD', alias: '', alias_to: ['BTC-USDC'] },
      ...{ base_display_symbol: 'BTC', quote_display_symbol: 'USD', view_only: false },
    };
  }
}

function needProduct(id: string | null): void {
  if (id !== PRODUCT) throw new CoinbaseError(404, { error: 'NOT_FOUND', message: 'product not found' });
}
