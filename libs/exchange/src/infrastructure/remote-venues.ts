import type { ChannelState } from '../domain/channel/channel-state.js';
import { ChannelStates } from '../domain/channel-states.js';
import type { ExchangeGateway } from '../domain/exchange-gateway.js';
import { LazyGateway } from './lazy-gateway.js';
import type { SessionCover, VenueAdapter } from './lazy-gateway.js';

/** The venues that are reached over a network: which there are, and how the ways to them are doing. */
export class RemoteVenues extends ChannelStates {
  /** @param adapters by falling precedence: the first one of a name holds. */
  constructor(
    private readonly adapters: readonly VenueAdapter[],
    private readonly cover: SessionCover,
  ) {
    super();
  }

  gateways(): ExchangeGateway[] {
    const names = new Set<string>();
    const first = this.adapters.filter(({ venue }) => !names.has(venue) && names.add(venue));
    return first.map((adapter) => new LazyGateway(adapter, this.cover));
  }

  of(venue: string): ChannelState | null {
    return this.adapters.find((adapter) => adapter.venue === venue)?.channelState?.() ?? null;
  }
}
