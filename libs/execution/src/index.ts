export { orderAttempts, orderChanges, orders } from './application/account-tables.js';
export { accountCommands } from './application/commands-of-account.js';
export { AmendOrder } from './application/amend-order.js';
export { CancelAllAfter, GetCancelAllAfter } from './application/cancel-all-after.js';
export type { CountdownView } from './application/cancel-countdown.js';
export { CancelAllOrders } from './application/cancel-all-orders.js';
export { CancelOrderGroup } from './application/cancel-order-group.js';
export { CancelOrder } from './application/cancel-order.js';
export type {
  Caller,
  BatchItem,
  CancelAllOrdersResult,
  CancelOrderResult,
  PlaceOrderPayload,
  PlaceOrderResult,
  RequestKey,
} from './application/commands-of-account.js';
export { ChangeExecution } from './application/executions/change-execution.js';
export type { ExecutionChange, ExecutionResult } from './application/executions/execution-commands.js';
export type { ExecutionRequest } from './application/executions/execution-request.js';
export type {
  ExecutionSummaryView,
  ExecutionView,
  SliceView,
} from './application/executions/execution-view.js';
export type { ExecutionPreview } from './application/executions/executions.js';
export { GetExecution } from './application/executions/get-execution.js';
export { ListExecutions } from './application/executions/list-executions.js';
export { PreviewExecution } from './application/executions/preview-execution.js';
export { StartExecution } from './application/executions/start-execution.js';
export { executionErrors } from './application/execution-errors.js';
export { ExplainOrder } from './application/explain-order.js';
export type { OrderExplanation } from './application/explain-order.js';
export { GetOrderAudit } from './application/get-order-audit.js';
export type { OrderAudit } from './application/get-order-audit.js';
export { GetOrderByClientId } from './application/get-order-by-client-id.js';
export { GetOrderGroup } from './application/get-order-group.js';
export { GetOrder } from './application/get-order.js';
export { KillPoint } from './application/kill-point.js';
export type { KillStep } from './application/kill-point.js';
export { ListFills } from './application/list-fills.js';
export type { FillFilter, FillView } from './application/list-fills.js';
export { ListOrderGroups } from './application/list-order-groups.js';
export type { OrderGroupView } from './application/order-group-view.js';
export type { UnprotectedPosition } from './application/unprotected-positions.js';
export { ListReconciliations } from './application/list-reconciliations.js';
export type { ReconciliationView } from './application/list-reconciliations.js';
export { ResolveOrder } from './application/resolve-order.js';
export { ReconcileNow } from './application/reconcile-now.js';
export { ListOrders } from './application/list-orders.js';
export type { OrderFilter } from './application/list-orders.js';
export type { OrderSizing } from './domain/order-snapshot.js';
export type {
  ConditionsRequest,
  GroupRequest,
  OrderRequest,
  SizingRequest,
} from './application/order-request.js';
export type { VenueIds } from './application/live-orders.js';
export { OrderArchive } from './application/order-archive.js';
export type { StoredOrder, UsedKey } from './application/order-archive.js';
export { OrderSignals } from './application/order-signals.js';
export { termsTagOf } from './application/order-view.js';
export type { OrderView } from './application/order-view.js';
export { orderChangeRow, orderOfRow, orderRow } from './application/order-rows.js';
export type { ExecutionTools } from './application/owned-account.js';
export { PlaceBatch } from './application/place-batch.js';
export { PlaceOrder } from './application/place-order.js';
export type { OrderPreview, PreviewedLeg, PreviewedTerms } from './application/preview-order-on-account.js';
export { PreviewOrder } from './application/preview-order.js';
export { executionStatuses, executionTransitions } from './domain/executions/execution-status.js';
export type { ExecutionStatus } from './domain/executions/execution-status.js';
export { algorithms } from './domain/executions/execution-terms.js';
export type { OrderSnapshot, OrderTerms, OrderType, TimeInForce } from './domain/order-snapshot.js';
export { isTerminal, orderStatuses, orderTransitions } from './domain/order-status.js';
export type { OrderStatus } from './domain/order-status.js';
export { isImmediate, orderTypes, timesInForce } from './domain/order-types.js';
export { Order } from './domain/order.js';
export { ExecutionModule } from './execution.module.js';
export { AccountReconciliation } from './infrastructure/account-reconciliation.js';
export { executionModel } from './infrastructure/execution-model.js';
export { TradingAccountRuntime } from './infrastructure/trading-account-runtime.js';
export type { AccountSources } from './infrastructure/trading-account-runtime.js';
