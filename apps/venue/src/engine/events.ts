import type { Fill, Order } from './order.js';

/** `[ticks, lots]`; lots is the level's whole size after the change, 0 when it is gone. */
export type LevelChange = readonly [ticks: number, lots: number];

/** Absolute sizes. Per symbol `U` is the previous event's `u` + 1, for ever. */
export interface BookChanged {
  readonly kind: 'BookChanged';
  readonly symbol: string;
  readonly U: number;
  readonly u: number;
  readonly bids: readonly LevelChange[];
  readonly asks: readonly LevelChange[];
  readonly at: number;
}

/** The public tape. Trade ids of a symbol have no gap. */
export interface Traded {
  readonly kind: 'Traded';
  readonly symbol: string;
  readonly tradeId: number;
  readonly ticks: number;
  readonly lots: number;
  readonly quoteUnits: bigint;
  readonly buyerIsMaker: boolean;
  readonly at: number;
}

/** Everything that happens to an order of an account but its fills. `order` is a copy of that moment. */
export interface OrderChanged {
  readonly kind: 'OrderChanged';
  readonly change:
    'NEW' | 'TRIGGERED' | 'CANCELED' | 'REPLACED' | 'REJECTED' | 'EXPIRED' | 'TRADE_PREVENTION';
  readonly order: Readonly<Order>;
  readonly at: number;
}

export interface Filled {
  readonly kind: 'Filled';
  readonly order: Readonly<Order>;
  readonly fill: Readonly<Fill>;
  readonly at: number;
}

/** A commission that was booked after its fill. */
export interface FeeCharged {
  readonly kind: 'FeeCharged';
  readonly fill: Readonly<Fill>;
  readonly at: number;
}

/** New absolute balance in units of 10⁻⁸; `cause` tells deposits from trading. */
export interface BalanceChanged {
  readonly kind: 'BalanceChanged';
  readonly accountId: string;
  readonly asset: string;
  readonly free: bigint;
  readonly locked: bigint;
  /** Of the total; zero when funds only moved between free and locked. */
  readonly delta: bigint;
  readonly cause: 'TRADING' | 'DEPOSIT' | 'WITHDRAWAL' | 'ADJUSTMENT';
  readonly at: number;
}

export type ListStatus = 'EXEC_STARTED' | 'ALL_DONE' | 'REJECT';

export interface OrderListChanged {
  readonly kind: 'OrderListChanged';
  readonly list: Readonly<OrderList>;
  readonly at: number;
}

export interface OrderList {
  readonly orderListId: number;
  readonly accountId: string;
  readonly symbol: string;
  readonly listClientOrderId: string;
  readonly orderIds: readonly number[];
  status: ListStatus;
  readonly createdAt: number;
}

export type EngineEvent =
  BookChanged | Traded | OrderChanged | Filled | FeeCharged | BalanceChanged | OrderListChanged;

/** Called at the end of each engine operation, in the order in which things happened; must not call the engine. */
export type EngineListener = (event: EngineEvent) => void;
