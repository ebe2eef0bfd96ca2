import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ExchangeModule } from '@sextant/exchange';
import type { VenueAdapter } from '@sextant/exchange';
import { AccountReconciliation, ExecutionModule } from '@sextant/execution';
import type { KillPoint } from '@sextant/execution';
import { createApprovalAuthority } from '@sextant/kernel';
import { isReplayed, MarketDataModule, ReplayFeed } from '@sextant/market-data';
import {
  AccountOwner,
  Config,
  EventConsumers,
  Lifecycle,
  Ownership,
  PlatformModule,
  ProcessPeers,
} from '@sextant/platform';
import type { EmbeddedPostgres } from '@sextant/platform';
import { EquityRecorder, NightlyCheck, PortfolioModule, ThinEquityHistory } from '@sextant/portfolio';
import { KillSwitchWatch, RiskModule } from '@sextant/risk';
import { processProviders } from './process-providers.js';
import { sextantModel } from './sextant-model.js';

export interface ProcessOptions {
  /** Name of the process in logs, traces and events: `api`, `worker`. */
  app: string;
  config: Config;
  /** The embedded database where the process has begun it already. */
  embedded?: EmbeddedPostgres | null;
  /** Venues besides those that Sextant comes with. */
  venues?: readonly VenueAdapter[];
  /** Of a fault test: where this process is to die. */
  killPoint?: KillPoint;
}

/**
 * The contexts as one process hosts them, with or without HTTP. The approval authority is made here and split: risk
 * gets the right to approve, the gateways the right to check.
 */
@Global()
@Module({})
export class ContextsModule {
  constructor(
    lifecycle: Lifecycle,
    config: Config,
    replay: ReplayFeed,
    ownership: Ownership,
    consumers: EventConsumers,
    reconciliation: AccountReconciliation,
    killSwitches: KillSwitchWatch,
    equity: EquityRecorder,
    thinning: ThinEquityHistory,
    nightly: NightlyCheck,
  ) {
    if (isReplayed(config)) lifecycle.register(replay);
    lifecycle.register(killSwitches, ownership, consumers, reconciliation, equity, thinning, nightly);
  }

  static forRoot({ app, config, embedded = null, venues, killPoint }: ProcessOptions): DynamicModule {
    const approvals = createApprovalAuthority();
    return {
      module: ContextsModule,
      imports: [
        PlatformModule.forRoot({ app, config, model: sextantModel, embedded }),
        CqrsModule.forRoot(),
        ExchangeModule.forRoot(approvals.check, venues),
        MarketDataModule,
        PortfolioModule,
        RiskModule.forRoot(approvals.mint),
        ExecutionModule.forRoot(killPoint),
      ],
      providers: processProviders,
      exports: [AccountOwner, EventConsumers, Ownership, ProcessPeers],
    };
  }
}
