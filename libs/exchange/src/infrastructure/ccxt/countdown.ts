import type { VenueCountdown } from '../../domain/venue-traits.js';
import { confirmed } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { SessionParts } from './session-parts.js';
import type { Withholding } from './placement.js';

/** Why a countdown of so many seconds is none of the venue's; null when it is. */
export function beyondCountdown(seconds: number, { minSeconds, maxSeconds }: VenueCountdown): string | null {
  if (seconds === 0) return null;
  const isWithin = Number.isSafeInteger(seconds) && seconds >= minSeconds && seconds <= maxSeconds;
  return isWithin ? null : `a countdown takes ${minSeconds} to ${maxSeconds} seconds, or 0`;
}

/** Sets the venue's countdown, market by market where it counts so; the first market that cannot be set is told. */
export async function setCountdown(
  { client, profile, markets, intent, clock }: SessionParts,
  seconds: number,
  symbols: Iterable<string>,
  guard: () => Withholding | null,
): Promise<GatewayOutcome<null>> {
  const { scope } = profile.traits.countdown!;
  const marketIds =
    scope === 'ACCOUNT' ? [null] : [...symbols].flatMap((symbol) => markets().get(symbol)?.market.id ?? []);
  let told: GatewayOutcome<null> = confirmed(null, {
    kind: 'NOT_SENT',
    detail: { markets: 0 },
    at: clock.now(),
  });
  for (const marketId of marketIds) {
    told = await client.ask(
      { intent: intent('CANCEL', profile.weights.countdown ?? 1, false), guard },
      async () => {
        await profile.cancelAllAfter!(client.exchange, seconds, marketId);
        return null;
      },
    );
    if (told.outcome !== 'CONFIRMED') return told;
  }
  return told;
}
