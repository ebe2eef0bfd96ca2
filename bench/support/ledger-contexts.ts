import { Global, Module } from '@nestjs/common';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { ExchangeGateways } from '@sextant/exchange';
import { Clock, Ids } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import {
  AccountCommit,
  AccountOwner,
  Config,
  ConsumerOffsets,
  ConsumerRegistry,
  Database,
  EventLog,
  GroupAccountCommit,
  Idempotency,
  JobRegistry,
  Jobs,
  loadConfig,
  Logger,
  Metrics,
  SystemClock,
  SystemLog,
  SystemTimers,
  Timers,
  UuidV7Ids,
} from '@sextant/platform';
import { PortfolioModule, PortfolioVerificationModule, Reservations } from '@sextant/portfolio';

const PRICE = 100n * 10n ** 18n;
const mark = { priceUnits: PRICE, asOf: 0, stale: false };
/** Every market of the bench has a price at once: what a mark costs is not what is measured. */
const marketData = {
  marksOf: () => ({ mark: (symbol: string) => (symbol.endsWith('/USDT') ? mark : null) }),
};

@Global()
@Module({})
class Surroundings {
  static over(database: Database): DynamicModule {
    const providers = [
      { provide: Database, useValue: database },
      { provide: MarketData, useValue: marketData },
      { provide: Reservations, useValue: { locked: () => Promise.resolve([]) } },
      ...[AccountOwner, ExchangeGateways, Jobs].map((provide) => ({ provide, useValue: {} })),
      { provide: Config, useFactory: () => loadConfig() },
      { provide: AccountCommit, useClass: GroupAccountCommit },
      { provide: Logger, useFactory: () => Logger.silent() },
      { provide: Metrics, useFactory: () => new Metrics() },
      { provide: Clock, useClass: SystemClock },
      { provide: Timers, useClass: SystemTimers },
      { provide: Ids, useFactory: (clock: Clock) => new UuidV7Ids(clock), inject: [Clock] },
      ...[ConsumerOffsets, ConsumerRegistry, EventLog, Idempotency, JobRegistry, SystemLog],
    ];
    return { module: Surroundings, providers, exports: providers };
  }
}

/** The portfolio's commands and queries over a database, with nothing running. */
export function ledgerContexts(database: Database): Promise<INestApplicationContext> {
  @Module({
    imports: [
      Surroundings.over(database),
      CqrsModule.forRoot(),
      PortfolioModule,
      PortfolioVerificationModule,
    ],
  })
  class LedgerContexts {}
  return NestFactory.createApplicationContext(LedgerContexts, { logger: ['error'], abortOnError: false });
}
