export { AccountDirectory } from './application/account-directory.js';
export { accounts, balances, positions, strategyPositions } from './application/account-tables.js';
export type {
  AccountKind,
  AccountRow,
  AccountStatus,
  BalanceRow,
  PositionRow,
  StrategyPositionRow,
} from './application/account-tables.js';
export type { AccountView } from './application/account-view.js';
export { equityIn } from './application/equity.js';
export type { Equity } from './application/equity.js';
export { ExportLedger } from './application/export-ledger.js';
export { GetAccount } from './application/get-account.js';
export { GetLedgerProof } from './application/get-ledger-proof.js';
export type { LedgerProofView } from './application/get-ledger-proof.js';
export { GetPnl } from './application/get-pnl.js';
export type { PnlGrouping, PnlRow, PnlView } from './application/get-pnl.js';
export { GetPortfolio } from './application/get-portfolio.js';
export type { AccountPortfolio, PortfolioSums, PortfolioView } from './application/get-portfolio.js';
export { GetPosition } from './application/get-position.js';
export type { PositionDetail } from './application/get-position.js';
export { GetTrialBalance } from './application/get-trial-balance.js';
export type { TrialBalanceView } from './application/get-trial-balance.js';
export { ACCOUNT_LIST, ListAccounts } from './application/list-accounts.js';
export { ListBalances } from './application/list-balances.js';
export type { BalancesView, BalanceView } from './application/list-balances.js';
export { ledgerList, ListLedgerEntries } from './application/list-ledger-entries.js';
export type { LedgerEntryView } from './application/list-ledger-entries.js';
export { ListPositions } from './application/list-positions.js';
export type { NettedPosition, PositionsView } from './application/list-positions.js';
export { ListTransactions, transactionList } from './application/list-transactions.js';
export type { TransactionFilter, TransactionView } from './application/list-transactions.js';
export { OpenPaperAccount } from './application/open-paper-account.js';
export type { OpenPaperAccountResult, RequestKey } from './application/open-paper-account.js';
export { OwnedPortfolios } from './application/owned-portfolios.js';
export { PaperFunding } from './application/paper-funding.js';
export { PortfolioRepository } from './application/portfolio-repository.js';
export { PortfolioState } from './application/portfolio-state.js';
export type { CashEntry } from './application/portfolio-state.js';
export { DUST_UNITS, PortfolioSync } from './application/portfolio-sync.js';
export type { SyncKey, SyncReport, SyncTarget } from './application/portfolio-sync.js';
export type { PositionView } from './application/position-view.js';
export { Reservations } from './application/reservations.js';
export type { SqlReader } from './application/reservations.js';
export { SYNC_PORTFOLIO, SyncPortfolio } from './application/sync-portfolio.js';
export type { SyncPortfolioPayload, SyncPortfolioResult } from './application/sync-portfolio.js';
export { VerifyBooks } from './application/verify-books.js';
export type { BookFinding, BookVerdict } from './application/verify-books.js';
export { verifyLedgerExport } from './application/verify-ledger-export.js';
export type { LedgerExportFailure, LedgerExportVerdict } from './application/verify-ledger-export.js';
export { VerifyProjections } from './application/verify-projections.js';
export type { ProjectionCheck, ProjectionDifference } from './application/verify-projections.js';
export type { BookedFill } from './domain/booked-fill.js';
export { planPostings } from './domain/plan-postings.js';
export type { CashFact, LedgerFact, LedgerKind } from './domain/plan-postings.js';
export { PortfolioAggregate } from './domain/portfolio-aggregate.js';
export { portfolioErrors } from './domain/portfolio-errors.js';
export type { PortfolioEvent } from './domain/portfolio-event.js';
export {
  averageEntryPrice,
  marketValue,
  netPnl,
  positionQuantity,
  positionSide,
  unrealizedPnl,
} from './domain/position.js';
export type { Position, PositionSide } from './domain/position.js';
export { DatabasePortfolioRepository } from './infrastructure/database-portfolio-repository.js';
export { portfolioModel } from './infrastructure/portfolio-model.js';
export { PortfolioVerificationModule } from './portfolio-verification.module.js';
export { PortfolioModule } from './portfolio.module.js';
export { ledgerEntryView } from './application/list-ledger-entries.js';
export { readLedgerOf } from './application/ledger-rows.js';
export { fillReference } from './application/portfolio-state.js';
