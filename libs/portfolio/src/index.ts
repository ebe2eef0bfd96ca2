export { AccountDirectory } from './application/accounts/account-directory.js';
export { accounts, balances, positions, strategyPositions } from './application/accounts/account-tables.js';
export type {
  AccountKind,
  AccountRow,
  AccountStatus,
  BalanceRow,
  PositionRow,
  StrategyPositionRow,
} from './application/accounts/account-tables.js';
export type { AccountView } from './application/accounts/account-view.js';
export { EquityJournal } from './application/valuation/equity-journal.js';
export type { EquityTrace } from './application/valuation/equity-journal.js';
export { EquityRecorder } from './application/valuation/equity-recorder.js';
export { ThinEquityHistory } from './application/valuation/thin-equity-history.js';
export { equityIn, worthIn } from './application/valuation/equity.js';
export type { Equity } from './application/valuation/equity.js';
export { ExportLedger } from './application/ledger/export-ledger.js';
export { GetAccount } from './application/accounts/get-account.js';
export { NightlyCheck } from './application/ledger/nightly-check.js';
export { GetLedgerProof } from './application/ledger/get-ledger-proof.js';
export type { LedgerProofView } from './application/ledger/get-ledger-proof.js';
export type { PriceView } from './application/valuation/price-view.js';
export { equityWidths, GetEquity } from './application/reading/get-equity.js';
export type { EquityAsked, EquityView, EquityWidth } from './application/reading/get-equity.js';
export { MOST_GAPS } from './application/reading/equity-gaps.js';
export { readEquityHistory } from './application/reading/equity-history.js';
export type { EquityPoint } from './application/reading/equity-series.js';
export { GetPnl, PNL_GROUPINGS } from './application/reading/get-pnl.js';
export type { PnlGrouping, PnlView } from './application/reading/get-pnl.js';
export type { PnlRow } from './application/reading/pnl-sums.js';
export { GetPortfolio } from './application/reading/get-portfolio.js';
export type {
  AccountPortfolio,
  PortfolioSums,
  PortfolioView,
  VenuePortfolio,
} from './application/reading/get-portfolio.js';
export type { AssetTotal } from './application/reading/portfolio-totals.js';
export type { WatchedTotal } from './application/watching/watched-total.js';
export { GetPosition } from './application/reading/get-position.js';
export type { PositionDetail } from './application/reading/get-position.js';
export { GetTrialBalance } from './application/ledger/get-trial-balance.js';
export type { TrialBalanceView } from './application/ledger/get-trial-balance.js';
export { ACCOUNT_LIST, ListAccounts } from './application/accounts/list-accounts.js';
export { ListBalances } from './application/reading/list-balances.js';
export type { BalancesView, BalanceView } from './application/reading/list-balances.js';
export { ledgerList, ListLedgerEntries } from './application/ledger/list-ledger-entries.js';
export type { LedgerEntryView } from './application/ledger/list-ledger-entries.js';
export { ListPositions } from './application/reading/list-positions.js';
export type { NettedPosition, PositionsView } from './application/reading/list-positions.js';
export { ListTransactions, transactionList } from './application/ledger/list-transactions.js';
export type { TransactionFilter, TransactionView } from './application/ledger/list-transactions.js';
export { OpenPaperAccount } from './application/accounts/open-paper-account.js';
export type { OpenPaperAccountResult, RequestKey } from './application/accounts/open-paper-account.js';
export { OwnedPortfolios } from './application/state/owned-portfolios.js';
export { PaperFunding } from './application/accounts/paper-funding.js';
export { PortfolioRepository } from './application/state/portfolio-repository.js';
export { PortfolioState } from './application/state/portfolio-state.js';
export type { CashEntry, FactEntry } from './application/state/portfolio-state.js';
export { BalanceTolerance } from './application/sync/balance-tolerance.js';
export { PortfolioSync } from './application/sync/portfolio-sync.js';
export type { SyncKey, SyncReport, SyncTarget } from './application/sync/portfolio-sync.js';
export type { PositionView } from './application/reading/position-view.js';
export { Reservations } from './application/reading/reservations.js';
export type { SqlReader } from './application/reading/reservations.js';
export { SYNC_PORTFOLIO, SyncPortfolio } from './application/sync/sync-portfolio.js';
export type { SyncPortfolioPayload, SyncPortfolioResult } from './application/sync/sync-portfolio.js';
export { GetWallet, ListWallets, WALLET_LIST } from './application/watching/list-wallets.js';
export type { WalletsView } from './application/watching/list-wallets.js';
export { ForgetWallet, StateWalletHoldings, WatchWallet } from './application/watching/wallet-commands.js';
export type { WalletView, WatchedHoldingView } from './application/watching/wallet-view.js';
export type { WalletId } from './domain/watched-wallet.js';
export { VerifyBooks } from './application/ledger/verify-books.js';
export type { BookFinding, BookVerdict } from './application/ledger/verify-books.js';
export { VerifyProjections } from './application/ledger/verify-projections.js';
export { differenceClasses, isOpen as isOpenDifference } from './domain/sync/classify-balances.js';
export type {
  Acceptance,
  BalanceComparison,
  DifferenceClass,
  SyncVerdict,
  TradesAre,
} from './domain/sync/classify-balances.js';
export type { ProjectionCheck } from './application/ledger/verify-projections.js';
export type { ProjectionDifference } from './application/ledger/compare-projections.js';
export { RebuildProjections } from './application/ledger/rebuild-projections.js';
export type { RebuildReport } from './application/ledger/rebuild-projections.js';
export type { BookedFill } from './domain/positions/booked-fill.js';
export { LEDGER_KINDS, planPostings } from './domain/ledger/plan-postings.js';
export type {
  CashFact,
  FundingFact,
  LedgerFact,
  LedgerKind,
  OpeningPositionFact,
} from './domain/ledger/plan-postings.js';
export { initialMargin } from './domain/perpetuals/linear-contract.js';
export { AccountMargin } from './application/margin/account-margin.js';
export type { MarginSnapshot, MarketMargin } from './application/margin/account-margin.js';
export { marginSettings, positionModes } from './application/margin/margin-tables.js';
export type { MarginMode } from './application/margin/margin-tables.js';
export { heldMargin } from './domain/perpetuals/held-margin.js';
export { PortfolioAggregate } from './domain/portfolio-aggregate.js';
export { portfolioErrors } from './domain/portfolio-errors.js';
export type { PortfolioEvent } from './domain/portfolio-event.js';
export {
  averageEntryPrice,
  directionOf,
  marketValue,
  netPnl,
  positionKey,
  positionQuantity,
  unrealizedPnl,
} from './domain/positions/position.js';
export type { Direction, Position, PositionSide } from './domain/positions/position.js';
export { DatabasePortfolioRepository } from './infrastructure/database-portfolio-repository.js';
export { portfolioModel } from './infrastructure/portfolio-model.js';
export { PortfolioVerificationModule } from './portfolio-verification.module.js';
export { PortfolioModule } from './portfolio.module.js';
export { ledgerEntryView } from './application/ledger/list-ledger-entries.js';
export { readLedgerOf } from './application/ledger/ledger-rows.js';
export { compareWithBenchmark } from './domain/performance/benchmark.js';
export type { BenchmarkComparison } from './domain/performance/benchmark.js';
export { TradeFold, tradeNet } from './domain/performance/closed-trades.js';
export type { ClosedTrade, TradeEntry, TradeResult } from './domain/performance/closed-trades.js';
export { drawdowns } from './domain/performance/drawdown.js';
export type { Drawdown, Drawdowns } from './domain/performance/drawdown.js';
export type { DailyReturn } from './domain/performance/equity-point.js';
export { dailyReturns, growthCurve } from './domain/performance/growth.js';
export type { GrowthPoint } from './domain/performance/growth.js';
export { measurePerformance } from './domain/performance/measure-performance.js';
export type { Performance } from './domain/performance/measure-performance.js';
export { moneyWeightedReturn } from './domain/performance/money-weighted.js';
export { TradeTally } from './domain/performance/trade-statistics.js';
export type { TradeOutcome, TradeStatistics } from './domain/performance/trade-statistics.js';
export {
  historicalValueAtRisk,
  normalQuantile,
  normalValueAtRisk,
  quantile,
} from './domain/performance/value-at-risk.js';
export type { TailLoss } from './domain/performance/value-at-risk.js';
export { fillReference, fillTransactionId } from './application/state/portfolio-state.js';
export { ExportTaxLots } from './application/tax-lots/export-tax-lots.js';
export type { TaxLine } from './application/tax-lots/export-tax-lots.js';
export { ListTaxLots, taxLotList } from './application/tax-lots/list-tax-lots.js';
export type { TaxLotsView } from './application/tax-lots/list-tax-lots.js';
export type { DisposalView, LotView, TaxTotals } from './application/tax-lots/tax-rows.js';
export { LOT_METHODS } from './domain/lots/lot.js';
export type { LotMethod } from './domain/lots/lot.js';
export { ExportTransactions } from './application/ledger/export-transactions.js';
export { BenchmarkPrices } from './application/performance/benchmark-prices.js';
export { GetPerformance } from './application/performance/get-performance.js';
export type {
  BenchmarkView,
  DrawdownView,
  PerformanceView,
  TradeStatisticsView,
} from './application/performance/performance-view.js';
export { HistoryBooks } from './application/history/history-books.js';
export type { HistoryTarget } from './application/history/history-books.js';
export { PORTFOLIO_IMPORT } from './application/history/import-history.js';
export { IMPORT_HISTORY } from './application/history/import-steps.js';
export type { ImportAnswer, ImportHistoryPayload } from './application/history/import-steps.js';
export { StartHistoryImport } from './application/history/start-history-import.js';
export type { HistoricFill } from './domain/positions/booked-fill.js';
