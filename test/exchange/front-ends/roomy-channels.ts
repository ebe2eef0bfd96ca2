import { standaloneChannels, VenueChannels } from '@sextant/exchange';
import { Config, SystemTimers } from '@sextant/platform';

/** Pauses of the adapter (a stream that is given time to come up, a state that waits for its fills) last a twentieth. */
export class BriskTimers extends SystemTimers {
  override setTimer(delayMs: number, run: () => void | Promise<void>) {
    return super.setTimer(delayMs / 20, run);
  }
}

/** Channels whose budgets are a hundred times the venue's: a history is read in many calls, and waits have specs of their own. */
export async function roomyChannels(timeoutMs = 2_000): Promise<VenueChannels & { stop(): Promise<void> }> {
  const channels = await standaloneChannels({
    config: Config.fromValues({ 'exchange.timeoutMs': timeoutMs }),
  });
  return new (class extends VenueChannels {
    open(profile: Parameters<VenueChannels['open']>[0]) {
      const budgets = profile.budgets.map((budget) => ({ ...budget, limit: budget.limit * 100 }));
      return channels.open({ ...profile, budgets });
    }

    of(venue: string) {
      return channels.of(venue);
    }

    stop(): Promise<void> {
      return channels.stop();
    }
  })();
}
