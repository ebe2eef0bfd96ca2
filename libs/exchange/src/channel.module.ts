import { Global, Module } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import { Config, Database, Lifecycle, Logger, Metrics, Redis, SystemLog, Timers } from '@sextant/platform';
import { VenueChannels } from './domain/channel/venue-channels.js';
import { SystemChannelEvents } from './infrastructure/channel/channel-events.js';
import { DatabaseVenueHalts } from './infrastructure/channel/database-venue-halts.js';
import { UndiciVenueChannels } from './infrastructure/channel/undici-venue-channels.js';

type Parts = [Config, Clock, Timers, Metrics, Logger, SystemLog, Database, Redis];

const channels: Provider[] = [
  {
    provide: UndiciVenueChannels,
    useFactory: (...[config, clock, timers, metrics, logger, log, database, redis]: Parts) =>
      new UndiciVenueChannels({
        ...{ config, clock, timers, metrics, logger, redis },
        events: new SystemChannelEvents(log, clock, logger),
        halts: new DatabaseVenueHalts(database),
        random: Math.random,
      }),
    inject: [Config, Clock, Timers, Metrics, Logger, SystemLog, Database, Redis],
  },
  { provide: VenueChannels, useExisting: UndiciVenueChannels },
];

/** The ways to the venues. PlatformModule's parts must be provided globally. */
@Global()
@Module({ providers: channels, exports: [VenueChannels] })
export class ChannelModule {
  constructor(lifecycle: Lifecycle, own: UndiciVenueChannels) {
    lifecycle.register(own.component);
  }
}
