import type { JsonValue } from '@sextant/contracts';
import type { AccountId, EpochMs, LiquidityRole, OrderId, Side } from '@sextant/kernel';
import { accountTable } from '@sextant/platform';
import type { OrderStatus } from '../../domain/order-status.js';

/** An order as stored. Amounts at scale 18, quantity and price on the grid it was placed on. */
export interface OrderRow {
  account_id: AccountId;
  order_id: OrderId;
  client_order_id: string;
  venue: string;
  venue_order_id: string | null;
  symbol: string;
  side: Side;
  type: string;
  time_in_force: string;
  post_only: boolean;
  lots: number | null;
  quote_amount: bigint | null;
  price_ticks: number | null;
  tick_size: bigint;
  step_size: bigint;
  /** OrderConditions; null for a plain order. */
  conditions: JsonValue;
  strategy: string | null;
  tags: JsonValue;
  origin: string;
  /** SHA-256 of the request that made it; null when nobody here did. */
  body_hash: string | null;
  status: OrderStatus;
  pending: JsonValue;
  filled_lots: number;
  cumulative_quote: bigint;
  fees: JsonValue;
  reserved_asset: string;
  reserved: bigint;
  reason: JsonValue;
  evidence: JsonValue;
  needs_attention: boolean;
  cancel_requested: boolean;
  attempts: number;
  /** OrderProgress. */
  progress: JsonValue;
  created_at: EpochMs;
  updated_at: EpochMs;
  closed_at: EpochMs | null;
  version: number;
}

/** What can change in a stored order, with its key. */
export type OrderChangeRow = Pick<
  OrderRow,
  | 'account_id'
  | 'order_id'
  | 'lots'
  | 'price_ticks'
  | 'venue_order_id'
  | 'status'
  | 'pending'
  | 'filled_lots'
  | 'cumulative_quote'
  | 'fees'
  | 'reserved'
  | 'reason'
  | 'evidence'
  | 'needs_attention'
  | 'cancel_requested'
  | 'attempts'
  | 'progress'
  | 'updated_at'
  | 'closed_at'
  | 'version'
>;

/** One hand-over to the gateway, written before anything is sent; or risk's refusal to make one. */
export interface OrderAttemptRow {
  account_id: AccountId;
  order_id: OrderId;
  attempt: number;
  decision: 'APPROVED' | 'DENIED';
  epoch: number;
  decided_at: EpochMs;
  /** Past it nothing of this attempt is sent. */
  deadline_at: EpochMs;
  verdicts: JsonValue;
}

/** One execution. The key is the venue's own: whoever brings it, it is booked once. */
export interface FillRow {
  account_id: AccountId;
  venue: string;
  symbol: string;
  venue_order_id: string;
  venue_trade_id: string;
  fill_id: string;
  order_id: OrderId;
  side: Side;
  lots: number;
  price_ticks: number;
  /** Amounts at scale 18. */
  quantity: bigint;
  price: bigint;
  quote_amount: bigint;
  fee_asset: string;
  fee: bigint;
  role: LiquidityRole;
  source: string;
  executed_at: EpochMs;
  booked_at: EpochMs;
}

/** How far the venue's list of fills has been read. */
export interface VenueCursorRow {
  account_id: AccountId;
  venue: string;
  cursor: string;
  updated_at: EpochMs;
}

export const orders = accountTable<OrderRow>({
  name: 'orders',
  columns: {
    account_id: 'text',
    order_id: 'text',
    client_order_id: 'text',
    venue: 'text',
    venue_order_id: 'text',
    symbol: 'text',
    side: 'text',
    type: 'text',
    time_in_force: 'text',
    post_only: 'boolean',
    lots: 'bigint',
    quote_amount: 'numeric',
    price_ticks: 'bigint',
    tick_size: 'numeric',
    step_size: 'numeric',
    conditions: 'jsonb',
    strategy: 'text',
    tags: 'jsonb',
    origin: 'text',
    body_hash: 'text',
    status: 'text',
    pending: 'jsonb',
    filled_lots: 'bigint',
    cumulative_quote: 'numeric',
    fees: 'jsonb',
    reserved_asset: 'text',
    reserved: 'numeric',
    reason: 'jsonb',
    evidence: 'jsonb',
    needs_attention: 'boolean',
    cancel_requested: 'boolean',
    attempts: 'int',
    progress: 'jsonb',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
    closed_at: 'timestamptz',
    version: 'int',
  },
  key: ['account_id', 'order_id'],
  mode: 'INSERT',
});

/** The same table, once an order is in it. */
export const orderChanges = accountTable<OrderChangeRow>({
  name: 'orders',
  columns: {
    account_id: 'text',
    order_id: 'text',
    lots: 'bigint',
    price_ticks: 'bigint',
    venue_order_id: 'text',
    status: 'text',
    pending: 'jsonb',
    filled_lots: 'bigint',
    cumulative_quote: 'numeric',
    fees: 'jsonb',
    reserved: 'numeric',
    reason: 'jsonb',
    evidence: 'jsonb',
    needs_attention: 'boolean',
    cancel_requested: 'boolean',
    attempts: 'int',
    progress: 'jsonb',
    updated_at: 'timestamptz',
    closed_at: 'timestamptz',
    version: 'int',
  },
  key: ['account_id', 'order_id'],
  mode: 'UPDATE',
});

export const orderAttempts = accountTable<OrderAttemptRow>({
  name: 'order_attempt',
  columns: {
    account_id: 'text',
    order_id: 'text',
    attempt: 'int',
    decision: 'text',
    epoch: 'bigint',
    decided_at: 'timestamptz',
    deadline_at: 'timestamptz',
    verdicts: 'json',
  },
  key: ['account_id', 'order_id', 'attempt'],
  mode: 'INSERT',
});

export const fills = accountTable<FillRow>({
  name: 'fill',
  columns: {
    account_id: 'text',
    venue: 'text',
    symbol: 'text',
    venue_order_id: 'text',
    venue_trade_id: 'text',
    fill_id: 'text',
    order_id: 'text',
    side: 'text',
    lots: 'bigint',
    price_ticks: 'bigint',
    quantity: 'numeric',
    price: 'numeric',
    quote_amount: 'numeric',
    fee_asset: 'text',
    fee: 'numeric',
    role: 'text',
    source: 'text',
    executed_at: 'timestamptz',
    booked_at: 'timestamptz',
  },
  key: ['account_id', 'venue', 'symbol', 'venue_order_id', 'venue_trade_id'],
  mode: 'INSERT',
});

export const venueCursors = accountTable<VenueCursorRow>({
  name: 'venue_cursor',
  columns: { account_id: 'text', venue: 'text', cursor: 'text', updated_at: 'timestamptz' },
  key: ['account_id', 'venue'],
  mode: 'UPSERT',
});
