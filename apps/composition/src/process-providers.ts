import type { Provider } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import {
  AccountOwner,
  AccountRuntime,
  Config,
  ConsumerOffsets,
  ConsumerRegistry,
  Database,
  EventConsumers,
  GroupCommit,
  Logger,
  MeteredRuntime,
  Metrics,
  Ownership,
  OWNERSHIP_DEFAULTS,
  ProcessPeers,
  Timers,
  TradingMetrics,
} from '@sextant/platform';
import type { OwnershipOptions } from '@sextant/platform';

/** What decides which process does what: the leases of accounts and the shared work of event consumers. */
export const processProviders: Provider[] = [
  {
    provide: Ownership,
    useFactory: (
      config: Config,
      database: Database,
      groupCommit: GroupCommit,
      runtime: AccountRuntime,
      clock: Clock,
      timers: Timers,
      logger: Logger,
      metrics: Metrics,
    ) => {
      const forwardingSecret = config.get('internal.forwardingSecret');
      if (forwardingSecret === null) throw new Error('internal.forwardingSecret is not set');
      const metered = new MeteredRuntime(runtime, new TradingMetrics(metrics));
      const parts = { database, groupCommit, runtime: metered, clock, timers, logger, forwardingSecret };
      return new Ownership(parts, ownershipOptions(config));
    },
    inject: [Config, Database, GroupCommit, AccountRuntime, Clock, Timers, Logger, Metrics],
  },
  { provide: ProcessPeers, useFactory: (ownership: Ownership) => ownership.peers, inject: [Ownership] },
  { provide: AccountOwner, useFactory: (ownership: Ownership) => ownership.owner, inject: [Ownership] },
  {
    provide: EventConsumers,
    useFactory: (
      config: Config,
      database: Database,
      registry: ConsumerRegistry,
      offsets: ConsumerOffsets,
      timers: Timers,
      logger: Logger,
      metrics: Metrics,
    ) =>
      new EventConsumers(database, registry, offsets, timers, logger, metrics, {
        sweepMs: config.get('events.sweepMs'),
        maxAttempts: config.get('events.maxAttempts'),
        firstPauseMs: config.get('events.firstPauseMs'),
        maxStreams: 32,
        maxEvents: 500,
      }),
    inject: [Config, Database, ConsumerRegistry, ConsumerOffsets, Timers, Logger, Metrics],
  },
];

function ownershipOptions(config: Config): OwnershipOptions {
  return {
    ...OWNERSHIP_DEFAULTS,
    // Which instruments there are must be known before the orders in them are read.
    after: ['market-feeds'],
    beatMs: config.get('ownership.beatMs'),
    leaseMs: config.get('ownership.leaseMs'),
    drainMs: config.get('lifecycle.drainMs'),
    forwardTimeoutMs: config.get('api.timeoutMs'),
    forwardRetries: config.get('api.retries'),
    listenHost: config.get('internal.host'),
    listenPort: config.get('internal.port'),
    advertisedHost: config.get('internal.advertisedHost') ?? undefined,
  };
}
