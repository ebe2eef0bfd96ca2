export type Side = 'BUY' | 'SELL';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
export type SelfTradePrevention = 'NONE' | 'EXPIRE_TAKER' | 'EXPIRE_MAKER' | 'EXPIRE_BOTH' | 'DECREMENT';
export type OrderStatus =
  'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED' | 'EXPIRED_IN_MATCH';

/** A dormant order wakes when the price it watches reaches `ticks` from below (UP) or from above (DOWN). */
export interface Trigger {
  /** Null only for a trailing order that trails from the start. */
  readonly ticks: number | null;
  readonly when: 'UP' | 'DOWN';
  readonly source: 'LAST' | 'MARK';
  /** It trails from `ticks` on, and wakes when the price has come back so many basis points from its best since then. */
  readonly trailingBps?: number;
}

/** What an order asks for, in the engine's own words; `type` is only the name the client gave it. */
export interface OrderTerms {
  readonly accountId: string;
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: string;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  /** Null: at any price. */
  readonly ticks: number | null;
  /** Null only with `quoteBudget`. */
  readonly lots: number | null;
  /** Units of the quote asset to spend (BUY) or to receive (SELL), market orders only. */
  readonly quoteBudget: bigint | null;
  readonly trigger: Trigger | null;
  /** How much of it the book shows at a time; absent: all. */
  readonly displayLots?: number;
  readonly stp: SelfTradePrevention;
  /** −1 outside a list; orders of one list share one reservation and one end. */
  readonly orderListId: number;
  /** What a front end wants back with the order (reduceOnly, positionSide, strategyId …). */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Commission {
  readonly asset: string;
  /** Negative: a rebate. */
  readonly units: bigint;
}

/** One side of a trade. */
export interface Fill {
  /** Unlike the trade id, unique in the whole venue whatever it tells its clients. */
  readonly fillId: number;
  readonly tradeId: number;
  readonly orderId: number;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly quoteUnits: bigint;
  readonly maker: boolean;
  readonly at: number;
  commission: Commission;
}

/** The engine's live record. Others read it; only the engine writes it. */
export interface Order extends Omit<OrderTerms, 'clientOrderId'> {
  readonly orderId: number;
  clientOrderId: string;
  lots: number;
  status: OrderStatus;
  filledLots: number;
  filledQuote: bigint;
  /** Taken away by self-trade prevention (DECREMENT). */
  preventedLots: number;
  /** False while it waits for its trigger. */
  isWorking: boolean;
  readonly createdAt: number;
  updatedAt: number;
  workingAt: number | null;
  /** Of a trailing order: the best price since it trails, and when that began. Absent, as in the journal, before. */
  extremeTicks: number | undefined;
  /** Of a trailing order: the last price before it, where it trails from there; decides what is set aside. */
  readonly startTicks: number | undefined;
  trailingAt: number | undefined;
  /** Of an iceberg that trades: what is left of its visible part; absent while that is untouched. */
  shownLots: number | undefined;
  /** The client id of the request that canceled it; after an amendment, the client id that it had before. */
  requestId: string | null;
  amendments: number;
  /** Place in the queue of its price: smaller came first. */
  priority: number;
}

export function remainingLots(order: Order): number {
  return order.lots - order.filledLots - order.preventedLots;
}

/** What of it may stand in the book at a time. */
export function shownLots(order: Order): number {
  return Math.min(order.shownLots ?? order.displayLots ?? Infinity, remainingLots(order));
}

export function isOpen(order: Order): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

export function opposite(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}
