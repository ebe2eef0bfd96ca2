import type { OrderList } from './events.js';
import type { Fill, Order } from './order.js';
import { isOpen } from './order.js';

export interface OpenCounts {
  orders: number;
  /** Those with a trigger, woken or not. */
  triggers: number;
  icebergs: number;
}

/** Every order, fill and list that the venue ever had, by the keys that queries use. */
export class OrderStore {
  readonly #orders = new Map<number, Order>();
  readonly #byAccount = new Map<string, Order[]>();
  /** Newest order of each client id. */
  readonly #byClientId = new Map<string, Order>();
  readonly #open = new Map<string, Map<number, Order>>();
  readonly #counts = new Map<string, OpenCounts>();
  readonly #fillsByOrder = new Map<number, Fill[]>();
  readonly #fillsByAccount = new Map<string, Fill[]>();
  readonly #lists = new Map<number, OrderList>();

  add(order: Order): void {
    this.#orders.set(order.orderId, order);
    push(this.#byAccount, key(order.accountId, order.symbol), order);
    this.#byClientId.set(clientKey(order.accountId, order.symbol, order.clientOrderId), order);
    if (!isOpen(order)) return;
    this.#openOf(order.accountId).set(order.orderId, order);
    this.#count(order, 1);
  }

  /** To be told when an order is over. */
  close(order: Order): void {
    if (this.#openOf(order.accountId).delete(order.orderId)) this.#count(order, -1);
  }

  /** From now on it is found by this client id, and no longer by its old one. */
  rename(order: Order, clientOrderId: string): void {
    const { accountId, symbol } = order;
    if (order.clientOrderId === clientOrderId) return;
    this.#byClientId.delete(clientKey(accountId, symbol, order.clientOrderId));
    order.clientOrderId = clientOrderId;
    this.#byClientId.set(clientKey(accountId, symbol, clientOrderId), order);
  }

  addFill(fill: Fill): void {
    push(this.#fillsByOrder, fill.orderId, fill);
    push(this.#fillsByAccount, key(fill.accountId, fill.symbol), fill);
  }

  addList(list: OrderList): void {
    this.#lists.set(list.orderListId, list);
  }

  order(orderId: number): Order | null {
    return this.#orders.get(orderId) ?? null;
  }

  /** The newest order that carried the id: ids may be used again once an order is over. */
  byClientId(accountId: string, symbol: string, clientOrderId: string): Order | null {
    return this.#byClientId.get(clientKey(accountId, symbol, clientOrderId)) ?? null;
  }

  /** Oldest first. */
  open(accountId: string, symbol?: string): Order[] {
    const all = [...this.#openOf(accountId).values()];
    return symbol === undefined ? all : all.filter((order) => order.symbol === symbol);
  }

  openCount(accountId: string): number {
    return this.#openOf(accountId).size;
  }

  openCounts(accountId: string, symbol: string): Readonly<OpenCounts> {
    return this.#counts.get(key(accountId, symbol)) ?? NONE_OPEN;
  }

  *allOpen(): Generator<Order> {
    for (const orders of this.#open.values()) yield* orders.values();
  }

  /** Oldest first, all of them, the caller must not change it. */
  of(accountId: string, symbol: string): readonly Order[] {
    return this.#byAccount.get(key(accountId, symbol)) ?? [];
  }

  fillsOf(orderId: number): readonly Fill[] {
    return this.#fillsByOrder.get(orderId) ?? [];
  }

  /** Oldest first. */
  fillsOfAccount(accountId: string, symbol: string): readonly Fill[] {
    return this.#fillsByAccount.get(key(accountId, symbol)) ?? [];
  }

  *allFills(): Generator<Fill> {
    for (const fills of this.#fillsByAccount.values()) yield* fills;
  }

  list(orderListId: number): OrderList | null {
    return this.#lists.get(orderListId) ?? null;
  }

  listsOf(accountId: string): OrderList[] {
    return [...this.#lists.values()].filter((list) => list.accountId === accountId);
  }

  #count({ accountId, symbol, trigger, displayLots }: Order, by: 1 | -1): void {
    const at = key(accountId, symbol);
    let counts = this.#counts.get(at);
    if (counts === undefined) this.#counts.set(at, (counts = { orders: 0, triggers: 0, icebergs: 0 }));
    counts.orders += by;
    if (trigger !== null) counts.triggers += by;
    if (displayLots !== undefined) counts.icebergs += by;
  }

  #openOf(accountId: string): Map<number, Order> {
    const found = this.#open.get(accountId);
    if (found !== undefined) return found;
    const made = new Map<number, Order>();
    this.#open.set(accountId, made);
    return made;
  }
}

const NONE_OPEN: OpenCounts = { orders: 0, triggers: 0, icebergs: 0 };

function key(accountId: string, symbol: string): string {
  return `${accountId}\n${symbol}`;
}

function clientKey(accountId: string, symbol: string, clientOrderId: string): string {
  return `${accountId}\n${symbol}\n${clientOrderId}`;
}

function push<Key, Value>(map: Map<Key, Value[]>, at: Key, value: Value): void {
  const found = map.get(at);
  if (found === undefined) map.set(at, [value]);
  else found.push(value);
}
