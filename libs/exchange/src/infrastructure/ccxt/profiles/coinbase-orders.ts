import { formatScaled } from '@sextant/kernel';
import type { CcxtExchange } from '../ccxt-exchange.js';
import { amountUnitsOf, fieldsOf } from '../exact-values.js';
import type { Fields } from '../exact-values.js';
import { remember } from '../known-orders.js';

const CAPACITY = 10_000;

/** What of ccxt's own reading of orders is mended here. */
interface OrderReader {
  secret: string;
  options: Record<string, unknown>;
  parseOrder(order: unknown, market?: unknown): unknown;
  parseWsOrder(row: Fields, market?: unknown): Fields;
  createAuthToken(seconds: number, method?: string, url?: string, useEddsa?: boolean): string;
  createWSAuth(name: string, productIds: readonly string[]): object;
  seconds(): number;
}

/** ccxt does not know the form of a fill-or-kill order: it has neither quantity nor price. It reads as that of an IOC. */
export function knowFillOrKill(exchange: CcxtExchange): void {
  const reader = exchange as unknown as OrderReader;
  const parse = reader.parseOrder.bind(reader);
  reader.parseOrder = (value, market) => {
    const order = fieldsOf(value, 'order');
    const form = order['order_configuration'] as Fields | undefined;
    if (form?.['limit_limit_fok'] === undefined) return parse(order, market);
    return parse({ ...order, order_configuration: { sor_limit_ioc: form['limit_limit_fok'] } }, market);
  };
}

/**
 * A pushed order tells what is filled and what is left. ccxt takes the filled for the whole, so that an order that rests is
 * one of nothing, and leaves names in the venue's letters. What is left of an ended order is nothing: the whole is what it
 * was before.
 */
export function countPushedOrders(exchange: CcxtExchange): void {
  const reader = exchange as unknown as OrderReader;
  const parse = reader.parseWsOrder.bind(reader);
  const wholes = new Map<string, bigint>();
  reader.parseWsOrder = (row, market) => {
    const parsed = { ...parse(row, market), type: String(row['order_type']).toLowerCase() };
    const sum = sumOf(row);
    // Left without a quantity, it is not believed, and the lists are asked.
    if (sum === null) return { ...parsed, amount: undefined };
    const id = String(row['order_id']);
    const before = wholes.get(id) ?? 0n;
    const whole = sum > before ? sum : before;
    remember(wholes, id, whole, CAPACITY);
    const price = row['limit_price'];
    const isPriced = typeof price === 'string' && /[1-9]/.test(price);
    return { ...parsed, amount: formatScaled(whole), price: isPriced ? price : undefined };
  };
}

function sumOf(row: Fields): bigint | null {
  try {
    return (
      amountUnitsOf(row['cumulative_quantity'], 'filled') + amountUnitsOf(row['leaves_quantity'], 'left')
    );
  } catch {
    return null;
  }
}

/** ccxt signs a socket's token with the curve of the older keys, whatever the key, and sends it until its last second. */
export function signSockets(exchange: CcxtExchange): void {
  const reader = exchange as unknown as OrderReader;
  const auth = reader.createWSAuth.bind(reader);
  reader.createWSAuth = (name, productIds) => {
    const isEdwards = !reader.secret.startsWith('-----BEGIN') && reader.secret.endsWith('=');
    if (isEdwards) {
      return { jwt: reader.createAuthToken(reader.seconds(), undefined, undefined, true) };
    }
    delete reader.options['wsToken'];
    return auth(name, productIds);
  };
}
