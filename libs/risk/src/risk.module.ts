import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import type { ApprovalMint } from '@sextant/kernel';
import { AccountOwner, Config, Logger, Metrics, Timers } from '@sextant/platform';
import { AccountRisks } from './application/account-risks.js';
import { ChangeRiskLimitsHandler } from './application/change-risk-limits.js';
import { ConfiguredLimits } from './application/configured-limits.js';
import { GetKillSwitchesHandler } from './application/get-kill-switches.js';
import { GetRiskLimitsHandler } from './application/get-risk-limits.js';
import { KillSwitchBoard } from './application/kill-switch-board.js';
import { KillSwitchWatch } from './application/kill-switch-watch.js';
import { ReleaseKillSwitchHandler } from './application/release-kill-switch.js';
import { RiskLimitRepository } from './application/risk-limit-repository.js';
import { SetKillSwitchHandler } from './application/set-kill-switch.js';
import { SwitchFile } from './application/switch-file.js';
import { SwitchRecords } from './application/switch-records.js';
import { SwitchStore } from './application/switch-store.js';
import { ToldProcesses } from './application/told-processes.js';
import { DatabaseRiskLimitRepository } from './infrastructure/database-risk-limit-repository.js';
import { DatabaseSwitchStore } from './infrastructure/database-switch-store.js';
import { SignedSwitchFile } from './infrastructure/signed-switch-file.js';

/** Signed with what authenticates the processes of the installation to each other. */
function switchFile(config: Config, logger: Logger): SwitchFile {
  const secret = config.get('internal.forwardingSecret');
  if (secret === null) throw new Error('internal.forwardingSecret is not set');
  return new SignedSwitchFile(config.get('data.directory'), secret, () =>
    logger.error('A line of the file of the kill switches is not signed by this installation'),
  );
}

const watch = {
  provide: KillSwitchWatch,
  useFactory: (
    board: KillSwitchBoard,
    records: SwitchRecords,
    processes: ToldProcesses,
    owner: AccountOwner,
    clock: Clock,
    timers: Timers,
    metrics: Metrics,
    logger: Logger,
    config: Config,
  ) => {
    const beatMs = config.get('ownership.beatMs');
    return new KillSwitchWatch({ board, records, processes, owner, clock, timers, metrics, logger, beatMs });
  },
  inject: [
    ...[KillSwitchBoard, SwitchRecords, ToldProcesses, AccountOwner, Clock],
    ...[Timers, Metrics, Logger, Config],
  ],
};

/** The risk context, visible everywhere. Config, Database, AccountOwner and ProcessPeers must be provided globally. */
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
          useFactory: (
            own: RiskLimitRepository,
            configured: ConfiguredLimits,
            board: KillSwitchBoard,
            records: SwitchRecords,
          ) => new AccountRisks(mint, own, configured, board, records),
          inject: [RiskLimitRepository, ConfiguredLimits, KillSwitchBoard, SwitchRecords],
        },
        KillSwitchBoard,
        SwitchRecords,
        ToldProcesses,
        { provide: SwitchStore, useClass: DatabaseSwitchStore },
        { provide: SwitchFile, useFactory: switchFile, inject: [Config, Logger] },
        watch,
        ChangeRiskLimitsHandler,
        GetKillSwitchesHandler,
        GetRiskLimitsHandler,
        ReleaseKillSwitchHandler,
        SetKillSwitchHandler,
      ],
      exports: [AccountRisks, KillSwitchWatch],
    };
  }
}
