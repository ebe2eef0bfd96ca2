import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs, OrderId, TenantId } from '@sextant/kernel';
import type { GroupRequest, OrderRequest } from '../requests/order-request.js';
import type { OrderView } from '../requests/order-view.js';
import type { AcceptedDifference, Discrepancy, RoundOutcome } from '../venue/round.js';
import type { UnprotectedPosition } from '../submission/unprotected-positions.js';

/** Who asks, for the audit. */
export type Caller = { tenantId: TenantId; actor: string | null; traceId: string | null };

/** What the request is recognised by when it comes again. */
export type RequestKey = {
  bodyHash: string;
  /** Method and path as asked for. */
  route: string;
  /** The `Idempotency-Key`; null when none was sent. */
  key: string | null;
};

export type PlaceOrderPayload = {
  request: OrderRequest;
  /** The other legs, when it is the first of a group. */
  group?: GroupRequest | null;
  once: RequestKey;
  caller: Caller;
  /** How long to wait for the venue. */
  waitMs: number;
};

/** `replayed`: the same request came before; this is its order as it is now. */
export type PlaceOrderResult = { order: OrderView; replayed: boolean };

export type CancelOrderPayload = { orderId: OrderId; caller: Caller; waitMs: number };

/** ALREADY: it was cancelled before this request. */
export type CancelOrderResult = {
  outcome: 'REQUESTED' | 'ALREADY';
  order: OrderView;
  /** Positions that nothing protects once it has ended. */
  unprotected: UnprotectedPosition[];
};

export type CancelOrderGroupPayload = { groupId: string; caller: Caller; waitMs: number };

/** The legs that lived, as they are now; none when the group had ended. */
export type CancelOrderGroupResult = { orders: OrderView[]; unprotected: UnprotectedPosition[] };

/** `accept`: what somebody who knows says of differences. `waitMs`: how long a slow venue is waited for. */
export type ReconcileNowPayload = { actor: string; accept: AcceptedDifference[]; waitMs: number };

/** `reconciled`: the account takes new orders. */
export type ReconcileNowResult = {
  /** Of the round as it is kept. */
  id: string | null;
  accountId: AccountId;
  outcome: RoundOutcome;
  differences: Discrepancy[];
  /** [from, until) of the trades that were compared; null where the venue does not tell them, or did not answer. */
  trades: { from: EpochMs; until: EpochMs; listed: number } | null;
  halted: boolean;
  reconciled: boolean;
};

/** What a person has found out. NOT_ACCEPTED: the venue does not have it; ADOPTED: it does, under `venueOrderId`. */
export type ResolveOrderPayload = {
  orderId: OrderId;
  outcome: 'NOT_ACCEPTED' | 'ADOPTED';
  venueOrderId: string | null;
  note: string;
  caller: Caller;
};

/** Orders and cancellations of one request, judged one by one. */
export type PlaceBatchPayload = {
  orders: { request: OrderRequest; group?: GroupRequest | null; bodyHash: string }[];
  cancels: OrderId[];
  once: RequestKey;
  caller: Caller;
  waitMs: number;
};

/** A refusal as it crosses processes. */
export type ItemProblem = { code: string; detail: string; context: JsonObject };

/** What is kept of an item: the order that it made or cancelled, or why there is none. */
export type BatchOutcome = { orderId: OrderId } | { problem: ItemProblem };

export type BatchItem = PlaceOrderResult | { problem: ItemProblem };

/** First the orders, then the cancellations, each in the order of the request. */
export type PlaceBatchResult = { accountId: AccountId; items: BatchItem[]; replayed: boolean };

/** New terms for an order: decimals as text, what stays as it is null. */
export type AmendRequest = {
  /** The new total, what is filled included. */
  quantity: string | null;
  price: string | null;
  /** What the client believes to be filled. */
  expectedFilledQuantity: string | null;
  /** The terms that the client has seen, as `termsTag` names them. */
  ifMatch: string | null;
};

export type AmendOrderPayload = {
  orderId: OrderId;
  request: AmendRequest;
  caller: Caller;
  waitMs: number;
};

/** PENDING: the venue has not said the last word yet. UNCHANGED: it has these terms already. */
export type AmendOrderResult = {
  outcome: 'AMENDED' | 'PENDING' | 'UNCHANGED';
  order: OrderView;
  /** Whether it keeps its place in the venue's queue; null where it is in none, or nothing changed. */
  queuePriorityKept: boolean | null;
};

export type CancelAllOrdersPayload = {
  symbol: string | null;
  /** Leaves what protects a position. */
  keepProtective?: boolean;
  once: RequestKey;
  caller: Caller;
  waitMs: number;
};

/** 0 seconds: off. */
export type CancelAllAfterPayload = { seconds: number; keepProtective: boolean; caller: Caller };

/** `replayed`: the same request came before; these are its orders as they are now. */
export type CancelAllOrdersResult = {
  accountId: AccountId;
  orders: OrderView[];
  /** Executions that ended with them; not told again with a repeated request. */
  executions: string[];
  /** Positions that nothing protects once they have ended; not told again with a repeated request. */
  unprotected: UnprotectedPosition[];
  replayed: boolean;
};

/** The commands an owned account understands. */
export const accountCommands = {
  place: 'PlaceOrder',
  cancel: 'CancelOrder',
  cancelAll: 'CancelAllOrders',
  cancelAllAfter: 'CancelAllAfter',
  cancelGroup: 'CancelOrderGroup',
  amend: 'AmendOrder',
  batch: 'PlaceBatch',
  resolve: 'ResolveOrder',
  reconcile: 'ReconcileNow',
  preview: 'PreviewOrder',
  margin: 'ChangeMargin',
} as const;
