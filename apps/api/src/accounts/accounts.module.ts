import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccountsController } from './accounts-controller.js';
import { LedgerController } from './ledger-controller.js';
import { MarginController } from './margin-controller.js';
import { TaxLotsController } from './tax-lots-controller.js';

@Module({
  imports: [CqrsModule],
  controllers: [AccountsController, LedgerController, MarginController, TaxLotsController],
})
export class AccountsModule {}
