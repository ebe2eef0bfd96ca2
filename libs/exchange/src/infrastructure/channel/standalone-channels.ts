import { Config, Logger, Metrics, SystemClock, SystemTimers } from '@sextant/platform';
import { InMemoryChannelEvents } from './channel-events.js';
import { UndiciVenueChannels } from './undici-venue-channels.js';
import type { VenueChannelsParts } from './undici-venue-channels.js';
import { InMemoryVenueHalts } from './venue-halts.js';

/**
 * Channels without database, log and Redis, already started: for tests, tools and benches. End them with
 * `stop`.
 */
export async function standaloneChannels(
  parts: Partial<VenueChannelsParts> = {},
): Promise<UndiciVenueChannels> {
  const channels = new UndiciVenueChannels({
    config: Config.fromValues(),
    clock: new SystemClock(),
    timers: new SystemTimers(),
    metrics: new Metrics(),
    logger: Logger.silent(),
    events: new InMemoryChannelEvents(),
    halts: new InMemoryVenueHalts(),
    redis: null,
    random: Math.random,
    ...parts,
  });
  await channels.start();
  return channels;
}
