import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { VaultModule } from '@sextant/exchange';
import { IdentityModule } from '@sextant/identity';
import { Clock, Ids } from '@sextant/kernel';
import {
  AccountCommit,
  Config,
  ConsumerOffsets,
  ConsumerRegistry,
  Database,
  EventLog,
  GroupAccountCommit,
  Idempotency,
  Logger,
  SystemClock,
  SystemLog,
  SystemTimers,
  Timers,
  UuidV7Ids,
} from '@sextant/platform';
import { PortfolioVerificationModule } from '@sextant/portfolio';

/**
 * The use cases that an operator needs, on a database that was started. No component, no lease, no feed: nothing here
 * runs by itself. The module of a context that registers an event consumer belongs in it, for replays.
 */
@Global()
@Module({})
export class CliModule {
  static forRoot(config: Config, database: Database): DynamicModule {
    const providers = [
      { provide: Config, useValue: config },
      { provide: Database, useValue: database },
      // What a command has to say it prints itself; nothing that would log runs.
      { provide: Logger, useFactory: () => Logger.silent() },
      { provide: Clock, useClass: SystemClock },
      { provide: Timers, useClass: SystemTimers },
      { provide: Ids, useFactory: (clock: Clock) => new UuidV7Ids(clock), inject: [Clock] },
      { provide: AccountCommit, useClass: GroupAccountCommit },
      ...[ConsumerOffsets, ConsumerRegistry, EventLog, Idempotency, SystemLog],
    ];
    return {
      module: CliModule,
      imports: [CqrsModule.forRoot(), IdentityModule, PortfolioVerificationModule, VaultModule],
      providers,
      exports: providers,
    };
  }
}
