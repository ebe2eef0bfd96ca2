import { Global, Module } from '@nestjs/common';
import { VenueAccounts } from '@sextant/exchange';
import { AccountDirectory } from './application/account-directory.js';
import { ExportLedgerHandler } from './application/export-ledger.js';
import { GetAccountHandler } from './application/get-account.js';
import { GetLedgerProofHandler } from './application/get-ledger-proof.js';
import { GetPnlHandler } from './application/get-pnl.js';
import { GetPortfolioHandler } from './application/get-portfolio.js';
import { GetPositionHandler } from './application/get-position.js';
import { GetTrialBalanceHandler } from './application/get-trial-balance.js';
import { LiveAccounts } from './application/live-accounts.js';
import { ListAccountsHandler } from './application/list-accounts.js';
import { ListBalancesHandler } from './application/list-balances.js';
import { ListLedgerEntriesHandler } from './application/list-ledger-entries.js';
import { ListPositionsHandler } from './application/list-positions.js';
import { ListTransactionsHandler } from './application/list-transactions.js';
import { OpenPaperAccountHandler } from './application/open-paper-account.js';
import { OwnedPortfolios } from './application/owned-portfolios.js';
import { PaperFunding } from './application/paper-funding.js';
import { PortfolioRepository } from './application/portfolio-repository.js';
import { PortfolioSync } from './application/portfolio-sync.js';
import { SyncPortfolioHandler } from './application/sync-portfolio.js';
import { VerifyProjectionsHandler } from './application/verify-projections.js';
import { DatabasePortfolioRepository } from './infrastructure/database-portfolio-repository.js';

const services = [
  AccountDirectory,
  OwnedPortfolios,
  PaperFunding,
  PortfolioSync,
  { provide: VenueAccounts, useClass: LiveAccounts },
  { provide: PortfolioRepository, useClass: DatabasePortfolioRepository },
];

/**
 * The portfolio context. Its surroundings must be provided globally: Database, AccountCommit, AccountOwner,
 * Idempotency, Clock, Ids, Metrics, MarketData, ExchangeGateways, and `Reservations` (execution's).
 */
@Global()
@Module({
  providers: [
    ...services,
    ExportLedgerHandler,
    GetAccountHandler,
    GetLedgerProofHandler,
    GetPnlHandler,
    GetPortfolioHandler,
    GetPositionHandler,
    GetTrialBalanceHandler,
    ListAccountsHandler,
    ListBalancesHandler,
    ListLedgerEntriesHandler,
    ListPositionsHandler,
    ListTransactionsHandler,
    OpenPaperAccountHandler,
    SyncPortfolioHandler,
    VerifyProjectionsHandler,
  ],
  exports: services,
})
export class PortfolioModule {}
