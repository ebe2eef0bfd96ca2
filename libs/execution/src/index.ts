export { orderAttempts, orderChanges, orders } from './application/account/account-tables.js';
export { accountCommands } from './application/account/commands-of-account.js';
export { AmendOrder } from './application/requests/amend-order.js';
export { CancelAllAfter, GetCancelAllAfter } from './application/countdown/cancel-all-after.js';
export type { CountdownView } from './application/countdown/cancel-countdown.js';
export { CancelAllOrders } from './application/requests/cancel-all-orders.js';
export { CancelOrderGroup } from './application/requests/cancel-order-group.js';
export { CancelOrder } from './application/requests/cancel-order.js';
export type {
  Caller,
  BatchItem,
  CancelAllOrdersResult,
  CancelOrderResult,
  PlaceOrderPayload,
  PlaceOrderResult,
  RequestKey,
} from './application/account/commands-of-account.js';
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
export { ExplainOrder } from './application/requests/explain-order.js';
export type { OrderExplanation } from './application/requests/explain-order.js';
export { GetOrderAudit } from './application/requests/get-order-audit.js';
export type { OrderAudit } from './application/requests/get-order-audit.js';
export { GetOrderByClientId } from './application/requests/get-order-by-client-id.js';
export { GetOrderGroup } from './application/requests/get-order-group.js';
export { GetOrder } from './application/requests/get-order.js';
export { KillPoint } from './application/account/kill-point.js';
export type { KillStep } from './application/account/kill-point.js';
export { ListFills } from './application/requests/list-fills.js';
export type { FillFilter, FillView } from './application/requests/list-fills.js';
export { ListOrderGroups } from './application/requests/list-order-groups.js';
export type { OrderGroupView } from './application/requests/order-group-view.js';
export type { UnprotectedPosition } from './application/submission/unprotected-positions.js';
export { ListReconciliations } from './application/requests/list-reconciliations.js';
export type { ReconciliationView } from './application/requests/list-reconciliations.js';
export { discrepancyClasses, reconciliationTriggers, roundOutcomes } from './application/venue/round.js';
export type {
  Discrepancy,
  DiscrepancyClass,
  ReconciliationTrigger,
  RoundOutcome,
} from './application/venue/round.js';
export type { ReconcileNowResult } from './application/account/commands-of-account.js';
export { ResolveOrder } from './application/requests/resolve-order.js';
export { ChangeMargin } from './application/requests/change-margin.js';
export type { ChangeMarginResult, MarginWish } from './application/requests/change-margin.js';
export { ReconcileNow } from './application/requests/reconcile-now.js';
export { ListOrders } from './application/requests/list-orders.js';
export type { OrderFilter } from './application/requests/list-orders.js';
export type { OrderSizing } from './domain/order-snapshot.js';
export type {
  ConditionsRequest,
  GroupRequest,
  OrderRequest,
  SizingRequest,
} from './application/requests/order-request.js';
export type { VenueIds } from './application/account/live-orders.js';
export { OrderArchive } from './application/account/order-archive.js';
export type { StoredOrder, UsedKey } from './application/account/order-archive.js';
export { OrderSignals } from './application/account/order-signals.js';
export { termsTagOf } from './application/requests/order-view.js';
export type { OrderView } from './application/requests/order-view.js';
export { orderChangeRow, orderOfRow, orderRow } from './application/account/order-rows.js';
export type { ExecutionTools } from './application/account/owned-account.js';
export { PlaceBatch } from './application/requests/place-batch.js';
export { PlaceOrder } from './application/requests/place-order.js';
export type {
  OrderPreview,
  PreviewedLeg,
  PreviewedTerms,
} from './application/submission/preview-order-on-account.js';
export { PreviewOrder } from './application/requests/preview-order.js';
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
