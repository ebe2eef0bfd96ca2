import type { CcxtBook, CcxtExchange, CcxtSocket } from '../ccxt-exchange.js';
import { plainNumber } from '../exact-values.js';
import type { Fields } from '../exact-values.js';
import { remember } from '../known-orders.js';

const CAPACITY = 10_000;
/** Of a subscription that names none. */
const DEPTH = 10;

type Socket = CcxtSocket & {
  readonly subscriptions: Readonly<Record<string, { limit?: number } | undefined>>;
};

/** What of ccxt's own reading of frames is mended here. */
interface FrameReader {
  readonly orderbooks: Record<string, unknown>;
  readonly clients: Record<string, CcxtSocket>;
  market(symbol: unknown): { readonly precision?: unknown };
  getMessageHash(name: string, channel: undefined, symbol: unknown): string;
  orderBook(snapshot: unknown, depth: number): CcxtBook;
  handleOrderBook(socket: Socket, frame: Fields): void;
  handleOrders(socket: CcxtSocket, frame: Fields): void;
  handleMyTrades(socket: CcxtSocket, frame: Fields): void;
  parseWsOrder(row: Fields): Fields;
  formatNumber(value: unknown): string;
}

/**
 * The checksum of a book is over prices and sizes with all the digits of the pair, which JSON numbers do not keep and
 * which ccxt looks for in texts that its books do not hold: with the check on it reads no book at all. It cuts both sides
 * to the asks of the first frame, not to the depth subscribed to: where there are few asks the rest is lost. A book that
 * fails the check is made anew over a new socket: on the old one the venue says that it is subscribed already.
 */
export function countBookDigits(exchange: CcxtExchange): void {
  const reader = exchange as unknown as FrameReader;
  const [handle, make] = [reader.handleOrderBook.bind(reader), reader.orderBook.bind(reader)];
  let digits: readonly number[] = [];
  let count = 0;
  let depth = DEPTH;
  reader.orderBook = (snapshot) => make(snapshot, depth);
  // Asked for price and size in turn, of ten asks and ten bids, undefined where there are fewer.
  reader.formatNumber = (value) => {
    const places = digits[count++ % 2] ?? 0;
    return typeof value === 'number' ? value.toFixed(places).replace('.', '').replace(/^0+/, '') : '';
  };
  reader.handleOrderBook = (socket, frame) => {
    const symbol = rowsOf(frame)[0]?.['symbol'];
    const { precision } = reader.market(symbol);
    const { price, amount } = (precision ?? {}) as Fields;
    digits = [placesOf(price), placesOf(amount)];
    count = 0;
    depth = socket.subscriptions[reader.getMessageHash('orderbook', undefined, symbol)]?.limit ?? DEPTH;
    handle(socket, frame);
    if (typeof symbol !== 'string' || reader.orderbooks[symbol] !== undefined) return;
    if (reader.clients[socket.url] === socket) delete reader.clients[socket.url];
    socket.reset(new Error('the book does not have its checksum'));
    socket.connection?.terminate();
  };
}

/**
 * Executions name an order's market, size and sums only where they change: a row is completed by those before it. ccxt
 * leaves out how much is filled, and takes the number of a user's own for our id.
 */
export function completeExecutions(exchange: CcxtExchange): void {
  const reader = exchange as unknown as FrameReader;
  const [handleOrders, parse] = [reader.handleOrders.bind(reader), reader.parseWsOrder.bind(reader)];
  const handleMyTrades = reader.handleMyTrades.bind(reader);
  const rows = new Map<string, Fields>();
  const completed = (row: Fields): Fields => {
    const id = String(row['order_id']);
    const whole = { ...rows.get(id), ...row };
    remember(rows, id, whole, CAPACITY);
    return whole;
  };
  reader.handleOrders = (socket, frame) =>
    handleOrders(socket, { ...frame, data: rowsOf(frame).map(completed) });
  reader.handleMyTrades = (socket, frame) => handleMyTrades(socket, { ...frame, data: rowsOf(frame) });
  reader.parseWsOrder = (row) => {
    const filled = row['cum_qty'] ?? (NEW.has(row['order_status']) ? '0' : undefined);
    return { ...parse(row), clientOrderId: row['cl_ord_id'], filled };
  };
}

const NEW: ReadonlySet<unknown> = new Set(['pending_new', 'new']);

/** Numbers as texts without exponents, as everything of ours is read. */
function rowsOf(frame: Fields): Fields[] {
  const data = frame['data'];
  return Array.isArray(data) ? (data.map(inText) as Fields[]) : [];
}

function inText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inText);
  if (typeof value !== 'object' || value === null) return plainNumber(value);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, inText(entry)]));
}

/** Of a step: `0.00010` has four. */
function placesOf(step: unknown): number {
  const fraction = String(plainNumber(step)).split('.')[1] ?? '';
  return fraction.replace(/0+$/, '').length;
}
