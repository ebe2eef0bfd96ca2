import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccountsController } from './accounts-controller.js';
import { LedgerController } from './ledger-controller.js';

@Module({ imports: [CqrsModule], controllers: [AccountsController, LedgerController] })
export class AccountsModule {}
