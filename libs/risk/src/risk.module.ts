import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { ApprovalMint } from '@sextant/kernel';
import { AccountRisks } from './application/account-risks.js';
import { ChangeRiskLimitsHandler } from './application/change-risk-limits.js';
import { ConfiguredLimits } from './application/configured-limits.js';
import { GetRiskLimitsHandler } from './application/get-risk-limits.js';
import { RiskLimitRepository } from './application/risk-limit-repository.js';
import { DatabaseRiskLimitRepository } from './infrastructure/database-risk-limit-repository.js';

/** The risk context, visible everywhere. Config, Database and AccountOwner must be provided globally. */
@Module({})
export class RiskModule {
  /** @param mint the half of the approval authority that approves; the gateways have the half that checks. */
  static forRoot(mint: ApprovalMint): DynamicModule {
    return {
      module: RiskModule,
      global: true,
      providers: [
        ConfiguredLimits,
        { provide: RiskLimitRepository, useClass: DatabaseRiskLimitRepository },
        {
          provide: AccountRisks,
          useFactory: (own: RiskLimitRepository, configured: ConfiguredLimits) =>
            new AccountRisks(mint, own, configured),
          inject: [RiskLimitRepository, ConfiguredLimits],
        },
        ChangeRiskLimitsHandler,
        GetRiskLimitsHandler,
      ],
      exports: [AccountRisks],
    };
  }
}
