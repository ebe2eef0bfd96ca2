import { Module } from '@nestjs/common';
import { RebuildProjectionsHandler } from './application/ledger/rebuild-projections.js';
import { VerifyBooksHandler } from './application/ledger/verify-books.js';

/**
 * What verifies the books of an installation, and makes the projections anew, without running it. Needs globally: Database,
 * EventLog, AccountCommit, Clock.
 */
@Module({ providers: [RebuildProjectionsHandler, VerifyBooksHandler] })
export class PortfolioVerificationModule {}
