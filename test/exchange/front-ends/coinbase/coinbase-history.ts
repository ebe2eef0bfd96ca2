import type { MarketFloor } from '../market-floor.js';
import { coinbaseFill, coinbaseOrder, statusOf } from './coinbase-shapes.js';
import { invalid, notFound, PRODUCT, uuidOf } from './coinbase-terms.js';

/** What the venue tells of an account. */
export class CoinbaseHistory {
  constructor(private readonly floor: MarketFloor) {}

  accounts(): object {
    const accounts = ['USD', 'BTC'].map((currency) => {
      const { free, locked } = this.floor.balance(currency);
      return {
        ...{ uuid: `account-${currency}`, name: currency, currency, active: true, ready: true },
        type: currency === 'USD' ? 'ACCOUNT_TYPE_FIAT' : 'ACCOUNT_TYPE_CRYPTO',
        available_balance: { value: free, currency },
        hold: { value: locked, currency },
      };
    });
    return { accounts, has_next: false, cursor: '', size: accounts.length };
  }

  order(id: string): object {
    const order = this.floor.orders().find(({ orderId }) => uuidOf(orderId) === id);
    if (order === undefined) throw notFound();
    return { order: coinbaseOrder(this.floor, order) };
  }

  /** Newest first. */
  orders(query: URLSearchParams): object {
    const [statuses, products] = [query.getAll('order_status'), query.getAll('product_ids')];
    const from = timeOf(query.get('start_date')) ?? 0;
    const found = this.floor
      .orders()
      .filter((order) => statuses.length === 0 || statuses.includes(statusOf(order)))
      .filter(({ createdAt }) => createdAt >= from && (products.length === 0 || products.includes(PRODUCT)))
      .toReversed();
    const { rows, cursor } = pageOf(found, query);
    const orders = rows.map((order) => coinbaseOrder(this.floor, order));
    return { orders, sequence: '0', has_next: cursor !== '', cursor };
  }

  /** Newest first. */
  fills(query: URLSearchParams): object {
    const from = timeOf(query.get('start_sequence_timestamp')) ?? 0;
    const until = timeOf(query.get('end_sequence_timestamp')) ?? Infinity;
    const found = this.floor
      .fills()
      .filter(({ at }) => at >= from && at <= until)
      .toReversed();
    const { rows, cursor } = pageOf(found, query);
    return { fills: rows.map((fill) => coinbaseFill(this.floor, fill)), cursor };
  }
}

function pageOf<Row>(all: readonly Row[], query: URLSearchParams): { rows: Row[]; cursor: string } {
  const [start, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit') ?? 100)];
  const end = start + limit;
  return { rows: all.slice(start, end), cursor: end < all.length ? String(end) : '' };
}

function timeOf(text: string | null): number | null {
  if (text === null) return null;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw invalid('date');
  return at;
}
