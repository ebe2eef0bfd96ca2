import type { ChannelState } from './channel/channel-state.js';

/** How the ways to the venues are doing in this process. */
export abstract class ChannelStates {
  /** `endpoint` as a connection has it. Null while nothing has been asked of the venue yet. */
  abstract of(venue: string, endpoint: string | null): ChannelState | null;
}
