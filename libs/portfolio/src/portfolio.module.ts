import { Global, Module } from '@nestjs/common';
import { VenueAccounts } from '@sextant/exchange';
import { AccountDirectory } from './application/accounts/account-directory.js';
import { HistoryBooks } from './application/history/history-books.js';
import { ImportHistory } from './application/history/import-history.js';
import { StartHistoryImportHandler } from './application/history/start-history-import.js';
import { WaitingFills } from './application/history/waiting-fills.js';
import { ExportLedgerHandler } from './application/ledger/export-ledger.js';
import { GetAccountHandler } from './application/accounts/get-account.js';
import { NightlyCheck } from './application/ledger/nightly-check.js';
import { GetLedgerProofHandler } from './application/ledger/get-ledger-proof.js';
import { GetEquityHandler } from './application/reading/get-equity.js';
import { GetPnlHandler } from './application/reading/get-pnl.js';
import { GetPortfolioHandler } from './application/reading/get-portfolio.js';
import { GetPositionHandler } from './application/reading/get-position.js';
import { GetTrialBalanceHandler } from './application/ledger/get-trial-balance.js';
import { LiveAccounts } from './application/accounts/live-accounts.js';
import { ListAccountsHandler } from './application/accounts/list-accounts.js';
import { ListBalancesHandler } from './application/reading/list-balances.js';
import { ListLedgerEntriesHandler } from './application/ledger/list-ledger-entries.js';
import { ListPositionsHandler } from './application/reading/list-positions.js';
import { ListTransactionsHandler } from './application/ledger/list-transactions.js';
import { OpenPaperAccountHandler } from './application/accounts/open-paper-account.js';
import { OwnedPortfolios } from './application/state/owned-portfolios.js';
import { PaperFunding } from './application/accounts/paper-funding.js';
import { PortfolioRepository } from './application/state/portfolio-repository.js';
import { BalanceTolerance } from './application/sync/balance-tolerance.js';
import { PortfolioSync } from './application/sync/portfolio-sync.js';
import { SyncPortfolioHandler } from './application/sync/sync-portfolio.js';
import { EquityRecorder } from './application/valuation/equity-recorder.js';
import { ThinEquityHistory } from './application/valuation/thin-equity-history.js';
import { ExportTransactionsHandler } from './application/ledger/export-transactions.js';
import { BenchmarkPrices } from './application/performance/benchmark-prices.js';
import { GetPerformanceHandler } from './application/performance/get-performance.js';
import { TradeResults } from './application/performance/trade-results.js';
import { ExportTaxLotsHandler } from './application/tax-lots/export-tax-lots.js';
import { ListTaxLotsHandler } from './application/tax-lots/list-tax-lots.js';
import {
  ForgetWalletHandler,
  StateWalletHoldingsHandler,
  WatchWalletHandler,
} from './application/watching/wallet-commands.js';
import { GetWalletHandler, ListWalletsHandler } from './application/watching/list-wallets.js';
import { WalletRepository } from './application/watching/wallet-repository.js';
import { DatabaseWalletRepository } from './infrastructure/database-wallet-repository.js';
import { VerifyProjectionsHandler } from './application/ledger/verify-projections.js';
import { ConfiguredTolerance } from './infrastructure/configured-tolerance.js';
import { VenueBenchmarkPrices } from './infrastructure/venue-benchmark-prices.js';
import { DatabasePortfolioRepository } from './infrastructure/database-portfolio-repository.js';

const services = [
  AccountDirectory,
  EquityRecorder,
  NightlyCheck,
  OwnedPortfolios,
  ThinEquityHistory,
  PaperFunding,
  PortfolioSync,
  { provide: BalanceTolerance, useClass: ConfiguredTolerance },
  HistoryBooks,
  TradeResults,
  WaitingFills,
  { provide: VenueAccounts, useClass: LiveAccounts },
  { provide: BenchmarkPrices, useClass: VenueBenchmarkPrices },
  { provide: WalletRepository, useClass: DatabaseWalletRepository },
  { provide: PortfolioRepository, useClass: DatabasePortfolioRepository },
];

/**
 * The portfolio context. Its surroundings must be provided globally: Database, AccountCommit, AccountOwner,
 * Idempotency, SystemLog, Clock, Ids, Timers, Metrics, Logger, Config, MarketData, ExchangeGateways, and `Reservations` (execution's).
 */
@Global()
@Module({
  providers: [
    ...services,
    ExportLedgerHandler,
    ExportTaxLotsHandler,
    ExportTransactionsHandler,
    GetAccountHandler,
    GetLedgerProofHandler,
    GetEquityHandler,
    GetPerformanceHandler,
    ForgetWalletHandler,
    GetWalletHandler,
    ListWalletsHandler,
    StateWalletHoldingsHandler,
    WatchWalletHandler,
    GetPnlHandler,
    GetPortfolioHandler,
    GetPositionHandler,
    GetTrialBalanceHandler,
    ListAccountsHandler,
    ListBalancesHandler,
    ListLedgerEntriesHandler,
    ListPositionsHandler,
    ListTaxLotsHandler,
    ListTransactionsHandler,
    OpenPaperAccountHandler,
    ImportHistory,
    StartHistoryImportHandler,
    SyncPortfolioHandler,
    VerifyProjectionsHandler,
  ],
  exports: services,
})
export class PortfolioModule {}
