import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ExchangeGateways } from '@sextant/exchange';
import { Clock, Ids } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { AccountRuntime, Capabilities, Config, Logger, Timers } from '@sextant/platform';
import {
  EquityRecorder,
  OwnedPortfolios,
  PaperFunding,
  PortfolioModule,
  PortfolioRepository,
  PortfolioSync,
  Reservations,
  HistoryBooks,
} from '@sextant/portfolio';
import { AccountRisks } from '@sextant/risk';
import { AmendOrderHandler } from './application/requests/amend-order.js';
import { CancelAllAfterHandler, GetCancelAllAfterHandler } from './application/countdown/cancel-all-after.js';
import { CancelAllOrdersHandler } from './application/requests/cancel-all-orders.js';
import { CancelOrderGroupHandler } from './application/requests/cancel-order-group.js';
import { CancelOrderHandler } from './application/requests/cancel-order.js';
import { ChangeExecutionHandler } from './application/executions/change-execution.js';
import { ExecutionArchive } from './application/executions/execution-archive.js';
import { ExecutionReads } from './application/executions/execution-reads.js';
import { GetExecutionHandler } from './application/executions/get-execution.js';
import { HourlyVolumes } from './application/executions/hourly-volumes.js';
import { ListExecutionsHandler } from './application/executions/list-executions.js';
import { PreviewExecutionHandler } from './application/executions/preview-execution.js';
import { StartExecutionHandler } from './application/executions/start-execution.js';
import { VolumeHistory } from './application/executions/volume-history.js';
import { ExplainOrderHandler } from './application/requests/explain-order.js';
import { GetOrderAuditHandler } from './application/requests/get-order-audit.js';
import { GetOrderByClientIdHandler } from './application/requests/get-order-by-client-id.js';
import { GetOrderGroupHandler } from './application/requests/get-order-group.js';
import { GetOrderHandler } from './application/requests/get-order.js';
import { KillPoint, NoKillPoint } from './application/account/kill-point.js';
import { ListFillsHandler } from './application/requests/list-fills.js';
import { ListOrderGroupsHandler } from './application/requests/list-order-groups.js';
import { ListOrdersHandler } from './application/requests/list-orders.js';
import { ListReconciliationsHandler } from './application/requests/list-reconciliations.js';
import { ChangeMarginHandler } from './application/requests/change-margin.js';
import { ReconcileNowHandler } from './application/requests/reconcile-now.js';
import { ResolveOrderHandler } from './application/requests/resolve-order.js';
import { OrderArchive } from './application/account/order-archive.js';
import { OrderReads } from './application/requests/order-reads.js';
import { OrderSignals } from './application/account/order-signals.js';
import type { ExecutionSettings } from './application/account/owned-account.js';
import { PlaceBatchHandler } from './application/requests/place-batch.js';
import { PlaceOrderHandler } from './application/requests/place-order.js';
import { PreviewOrderHandler } from './application/requests/preview-order.js';
import { executionStatuses } from './domain/executions/execution-status.js';
import { algorithms } from './domain/executions/execution-terms.js';
import { orderStatuses } from './domain/order-status.js';
import { orderTypes, timesInForce } from './domain/order-types.js';
import { AccountReconciliation } from './infrastructure/account-reconciliation.js';
import { DatabaseExecutionArchive } from './infrastructure/database-execution-archive.js';
import { DatabaseOrderArchive } from './infrastructure/database-order-archive.js';
import { DatabaseStoredBooks } from './infrastructure/database-stored-books.js';
import { StoredBooks } from './application/venue/stored-books.js';
import { DatabaseReservations } from './infrastructure/database-reservations.js';
import { VenueVolumeHistory } from './infrastructure/venue-volume-history.js';
import { TradingAccountRuntime } from './infrastructure/trading-account-runtime.js';

function settingsOf(config: Config): ExecutionSettings {
  return {
    attemptWindowMs: () => config.get('execution.attemptWindowMs'),
    maxAttempts: () => config.get('execution.maxAttempts'),
    resendTtlMs: () => config.get('execution.resendTtlMs'),
    tradeCheckIntervalMs: () => config.get('execution.tradeCheckIntervalMs'),
    reconcileIntervalMs: () => config.get('execution.reconcileIntervalMs'),
    liveTrading: () => config.get('execution.liveTrading'),
  };
}

const runtime = {
  provide: AccountRuntime,
  useFactory: (
    clock: Clock,
    ids: Ids,
    timers: Timers,
    markets: MarketData,
    archive: OrderArchive,
    executions: ExecutionArchive,
    signals: OrderSignals,
    killPoint: KillPoint,
    log: Logger,
    config: Config,
    portfolioSync: PortfolioSync,
    history: HistoryBooks,
    portfolios: PortfolioRepository,
    owned: OwnedPortfolios,
    equity: EquityRecorder,
    funding: PaperFunding,
    gateways: ExchangeGateways,
    risks: AccountRisks,
    reconciliation: AccountReconciliation,
    books: StoredBooks,
  ) =>
    new TradingAccountRuntime(
      { portfolios, owned, equity, funding, gateways, risks, reconciliation, marketData: markets },
      {
        clock,
        ids,
        timers,
        markets,
        archive,
        executions,
        signals,
        killPoint,
        log,
        portfolioSync,
        books,
        history,
        settings: settingsOf(config),
      },
    ),
  inject: [
    Clock,
    Ids,
    Timers,
    MarketData,
    OrderArchive,
    ExecutionArchive,
    OrderSignals,
    KillPoint,
    Logger,
    Config,
    PortfolioSync,
    HistoryBooks,
    PortfolioRepository,
    OwnedPortfolios,
    EquityRecorder,
    PaperFunding,
    ExchangeGateways,
    AccountRisks,
    AccountReconciliation,
    StoredBooks,
  ],
};

/**
 * The execution context, visible everywhere. What it stands on must be provided globally: Database, AccountOwner,
 * Clock, Ids, Timers, Config, Logger, MarketData, ExchangeGateways, and risk with its half of the approvals.
 */
@Global()
@Module({
  imports: [PortfolioModule],
  providers: [
    AccountReconciliation,
    OrderReads,
    OrderSignals,
    { provide: OrderArchive, useClass: DatabaseOrderArchive },
    { provide: StoredBooks, useClass: DatabaseStoredBooks },
    { provide: ExecutionArchive, useClass: DatabaseExecutionArchive },
    { provide: VolumeHistory, useClass: VenueVolumeHistory },
    ExecutionReads,
    HourlyVolumes,
    { provide: Reservations, useClass: DatabaseReservations },
    runtime,
    AmendOrderHandler,
    CancelAllAfterHandler,
    GetCancelAllAfterHandler,
    CancelAllOrdersHandler,
    CancelOrderGroupHandler,
    CancelOrderHandler,
    ChangeExecutionHandler,
    GetExecutionHandler,
    ListExecutionsHandler,
    PreviewExecutionHandler,
    StartExecutionHandler,
    ExplainOrderHandler,
    GetOrderGroupHandler,
    ListOrderGroupsHandler,
    ListReconciliationsHandler,
    ChangeMarginHandler,
    ReconcileNowHandler,
    ResolveOrderHandler,
    GetOrderAuditHandler,
    GetOrderByClientIdHandler,
    GetOrderHandler,
    ListFillsHandler,
    ListOrdersHandler,
    PlaceBatchHandler,
    PlaceOrderHandler,
    PreviewOrderHandler,
  ],
  exports: [AccountReconciliation, AccountRuntime, Reservations],
})
export class ExecutionModule {
  constructor(capabilities: Capabilities) {
    capabilities.declare('orders', {
      types: [...orderTypes],
      timesInForce: [...timesInForce],
      postOnly: true,
      statuses: [...orderStatuses],
    });
    capabilities.declare('executions', {
      algorithms: [...algorithms],
      statuses: [...executionStatuses],
    });
  }

  /** @param killPoint what a fault test wires to die at a step of the order path; nothing else may */
  static forRoot(killPoint: KillPoint = new NoKillPoint()): DynamicModule {
    return { module: ExecutionModule, providers: [{ provide: KillPoint, useValue: killPoint }] };
  }
}
