import type { Clock } from '@sextant/kernel';
import type { ChannelState } from '../domain/channel/channel-state.js';
import type { VenueChannels } from '../domain/channel/venue-channels.js';
import { ChannelStates } from '../domain/channel-states.js';
import type { ExchangeGateway } from '../domain/exchange-gateway.js';
import { LazyGateway } from './lazy-gateway.js';
import type { DataCover, SessionCover, VenueAdapter } from './lazy-gateway.js';
import { practiceName } from './practice-channels.js';

/** The venues that are reached over a network: which there are, and how the ways to them are doing. */
export class RemoteVenues extends ChannelStates {
  /** @param adapters by falling precedence: the first one of a name holds. */
  constructor(
    private readonly adapters: readonly VenueAdapter[],
    private readonly channels: VenueChannels,
    private readonly cover: SessionCover,
    private readonly clock: Clock,
    /** Finds an adapter for a venue that is not listed. */
    private readonly find: (venue: string) => VenueAdapter | null = () => null,
    private readonly coverData: DataCover = (_venue, data) => data,
  ) {
    super();
  }

  gateways(): ExchangeGateway[] {
    const names = new Set<string>();
    const first = this.adapters.filter(({ venue }) => !names.has(venue) && names.add(venue));
    return first.map((adapter) => this.gateway(adapter));
  }

  onDemand(venue: string): ExchangeGateway | null {
    const adapter = this.find(venue);
    return adapter === null ? null : this.gateway(adapter);
  }

  of(venue: string, endpoint: string | null): ChannelState | null {
    const name = endpoint === null ? venue : practiceName(venue, endpoint);
    return this.channels.of(name)?.state() ?? null;
  }

  private gateway(adapter: VenueAdapter): LazyGateway {
    return new LazyGateway(adapter, this.cover, this.clock, null, this.coverData, (endpoint) =>
      this.channels.close(practiceName(adapter.venue, endpoint)),
    );
  }
}
