import { standaloneChannels, VenueChannels } from '@sextant/exchange';
import { Config, SystemTimers } from '@sextant/platform';

/** What waits for seconds (a stream that says nothing yet, a state without its fills) waits for a twentieth of them. */
export class HastyTimers extends SystemTimers {
  override setTimer(delayMs: number, run: () => void | Promise<void>) {
    return super.setTimer(delayMs / 20, run);
  }
}

/** None at all would be the channels' own. */
const ROOM = {
  name: 'room',
  limit: 1_000_000,
  windowMs: 1_000,
  scope: 'ADDRESS',
  buckets: ['trading', 'marketData', 'account'],
  counts: 'CALLS',
} as const;

/** Channels without the venues' budgets: a public call a second, as one of them has it, is all there would be to see. */
export async function unhurriedChannels(): Promise<VenueChannels & { stop(): Promise<void> }> {
  const channels = await standaloneChannels({ config: Config.fromValues({ 'exchange.timeoutMs': 2_000 }) });
  return new (class extends VenueChannels {
    open(profile: Parameters<VenueChannels['open']>[0]) {
      return channels.open({ ...profile, budgets: [ROOM] });
    }

    of(venue: string) {
      return channels.of(venue);
    }

    stop(): Promise<void> {
      return channels.stop();
    }
  })();
}
