import { Component } from '@sextant/platform';
import type { Clock } from '@sextant/kernel';
import type { ComponentHealth, Config, Logger, Metrics, Redis, Timers } from '@sextant/platform';
import type { ChannelProfile } from '../../domain/channel/channel-profile.js';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import { VenueChannels } from '../../domain/channel/venue-channels.js';
import type { ChannelEvents } from './channel-events.js';
import { gaugeChannel } from './channel-metrics.js';
import { channelSettings, wireOptions } from './channel-settings.js';
import { checkProfile } from './check-profile.js';
import { HaltBook } from './halt-book.js';
import { InFlightLimit } from './in-flight-limit.js';
import { SharedBudget } from './shared-budget.js';
import { UndiciVenueChannel } from './undici-venue-channel.js';
import type { ChannelParts } from './undici-venue-channel.js';
import type { VenueHalts } from './venue-halts.js';
import { Wire } from './wire.js';

export interface VenueChannelsParts {
  config: Config;
  clock: Clock;
  timers: Timers;
  metrics: Metrics;
  logger: Logger;
  events: ChannelEvents;
  halts: VenueHalts;
  /** Null where there is none; one that is not configured is as good as none. */
  redis: Redis | null;
  random: () => number;
}

/** What is left of the time to drain is for closing connections and recording the last events. */
const DRAIN_SHARE = 0.8;

/** All channels of the process, over one set of connections. Register `component` with the lifecycle. */
export class UndiciVenueChannels extends VenueChannels {
  readonly component: Component;
  private readonly channels = new Map<string, UndiciVenueChannel>();
  private readonly shared: Omit<ChannelParts, 'shared'>;
  private hasStarted = false;

  constructor(private readonly parts: VenueChannelsParts) {
    super();
    const { config, clock, timers, metrics, logger, events, halts, random } = parts;
    const refreshMs = config.get('exchange.haltRefreshMs');
    this.shared = {
      ...{ clock, timers, metrics, logger, events, random },
      halts: new HaltBook({ halts, clock, timers, events, logger, refreshMs }),
      wire: new Wire(clock, wireOptions(config)),
      inFlight: new InFlightLimit(config.get('exchange.pool.total')),
      settings: channelSettings(config),
    };
    this.component = new ChannelsComponent(this);
    metrics.beforeRender(() => {
      for (const channel of this.channels.values()) gaugeChannel(metrics, channel.state());
      const { busy, idle } = this.shared.wire.connections();
      metrics.set('venue_connections', { state: 'busy' }, busy);
      metrics.set('venue_connections', { state: 'idle' }, idle);
    });
  }

  open(profile: ChannelProfile): VenueChannel {
    const known = this.channels.get(profile.venue);
    if (known !== undefined) return known;
    checkProfile(profile);
    const { redis, config, metrics } = this.parts;
    const shares = redis !== null && config.get('redis.url') !== null;
    const shared = shares ? new SharedBudget(redis, metrics, profile.venue) : null;
    const channel = new UndiciVenueChannel(profile, { ...this.shared, shared });
    this.channels.set(profile.venue, channel);
    if (this.hasStarted) channel.start();
    return channel;
  }

  of(venue: string): VenueChannel | null {
    return this.channels.get(venue) ?? null;
  }

  override async close(venue: string): Promise<void> {
    const channel = this.channels.get(venue);
    this.channels.delete(venue);
    await channel?.close();
    if (!this.channels.has(venue)) this.parts.metrics.forget('venue', venue);
  }

  /** What keeps calls from being sent, in words. */
  troubles(): string[] {
    return [...this.channels.values()].flatMap((channel) => {
      const { venue, halt, breakers, clock } = channel.state();
      const open = Object.entries(breakers).filter(([, state]) => state !== 'CLOSED');
      return [
        ...(halt === null ? [] : [`${venue} banned us until ${new Date(halt.until).toISOString()}`]),
        ...open.map(([callClass]) => `${venue}: calls of class ${callClass} are stopped`),
        ...(clock.safe ? [] : [`${venue}: its clock is not known well enough`]),
      ];
    });
  }

  /** Reads the stored halts; before that no channel sends anything. */
  async start(): Promise<void> {
    await this.shared.halts.start();
    this.hasStarted = true;
    for (const channel of this.channels.values()) channel.start();
  }

  /**
   * Sends nothing new, waits for what is under way for most of `lifecycle.drainMs`, then gives it up
   * unanswered.
   */
  async stop(): Promise<void> {
    const { config, timers, events } = this.parts;
    this.shared.halts.stop();
    const closed = Promise.all([...this.channels.values()].map((channel) => channel.close()));
    await Promise.race([closed, timers.sleep(config.get('lifecycle.drainMs') * DRAIN_SHARE)]);
    await this.shared.wire.close();
    await closed;
    await events.flushed();
  }
}

class ChannelsComponent extends Component {
  readonly name = 'venue-channels';
  override readonly dependsOn = ['database'];

  constructor(private readonly channels: UndiciVenueChannels) {
    super();
  }

  start(): Promise<void> {
    return this.channels.start();
  }

  stop(): Promise<void> {
    return this.channels.stop();
  }

  override health(): ComponentHealth {
    const troubles = this.channels.troubles();
    return troubles.length === 0 ? { status: 'UP' } : { status: 'DEGRADED', detail: troubles.join('; ') };
  }
}
