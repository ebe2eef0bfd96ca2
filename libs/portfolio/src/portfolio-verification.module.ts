import { Module } from '@nestjs/common';
import { VerifyBooksHandler } from './application/ledger/verify-books.js';

/** What verifies the books of an installation without running it. Needs globally: Database, EventLog. */
@Module({ providers: [VerifyBooksHandler] })
export class PortfolioVerificationModule {}
