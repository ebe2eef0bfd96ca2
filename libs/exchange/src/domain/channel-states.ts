import type { ChannelState } from './channel/channel-state.js';

/** How the ways to the venues are doing in this process. */
export abstract class ChannelStates {
  /** Null while nothing has been asked of the venue yet, and for one that needs no network. */
  abstract of(venue: string): ChannelState | null;
}
