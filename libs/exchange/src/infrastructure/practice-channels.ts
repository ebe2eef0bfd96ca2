import type { ChannelProfile } from '../domain/channel/channel-profile.js';
import type { VenueChannel } from '../domain/channel/venue-channel.js';
import { VenueChannels } from '../domain/channel/venue-channels.js';

/** What a venue at another address is called, so that its bans and budgets are not those of the real one. */
export function practiceName(venue: string, endpoint: string): string {
  return `${venue}@${new URL(endpoint).host}`;
}

/** The channels of venues that stand in for real ones at an address of somebody's own. */
export class PracticeChannels extends VenueChannels {
  constructor(
    private readonly channels: VenueChannels,
    private readonly endpoint: string,
  ) {
    super();
  }

  open(profile: ChannelProfile): VenueChannel {
    return this.channels.open({ ...profile, venue: practiceName(profile.venue, this.endpoint) });
  }

  override close(venue: string): Promise<void> {
    return this.channels.close(practiceName(venue, this.endpoint));
  }

  of(venue: string): VenueChannel | null {
    return this.channels.of(practiceName(venue, this.endpoint));
  }
}
