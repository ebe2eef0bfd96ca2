import type { ChannelProfile } from './channel-profile.js';
import type { VenueChannel } from './venue-channel.js';

/** The channels of this process, one a venue. */
export abstract class VenueChannels {
  /** The venue's channel, made on the first call. @throws Error on a profile that names a host it may not */
  abstract open(profile: ChannelProfile): VenueChannel;

  /** Null when no adapter has opened it. */
  abstract of(venue: string): VenueChannel | null;

  /** Gives the venue's channel up: what is in flight ends, and the next `open` makes another one. */
  async close(venue: string): Promise<void> {
    await this.of(venue)?.close();
  }
}
