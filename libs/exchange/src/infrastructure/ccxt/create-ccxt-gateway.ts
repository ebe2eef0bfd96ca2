import { CcxtGateway } from './ccxt-gateway.js';
import type { CcxtGatewayDeps } from './gateway-deps.js';
import { anyVenue } from './profiles/any-venue.js';
import { binance } from './profiles/binance.js';
import { binanceFutures } from './profiles/binance-futures.js';
import { bybit } from './profiles/bybit.js';
import { coinbase } from './profiles/coinbase.js';
import { kraken } from './profiles/kraken.js';
import { okx } from './profiles/okx.js';
import type { CcxtVenueProfile } from './venue-profile.js';

const profiles: readonly CcxtVenueProfile[] = [binance, binanceFutures, bybit, coinbase, kraken, okx];

/** ccxt ids whose adapters have passed the conformance suite offline, by the name of the venue in our words. */
export const verifiedCcxtVenues: Readonly<Record<string, string>> = Object.fromEntries(
  profiles.map(({ ccxtId, venue }) => [ccxtId, venue]),
);

/**
 * A gateway for one exchange of ccxt; nothing of ccxt is loaded yet. An id that has no profile of ours gets one of caution,
 * `verified: false`: its outcomes are unknown wherever only a table of the venue's codes could tell.
 * @throws Error when `ccxtId` is no id of ccxt's form
 */
export function createCcxtGateway(ccxtId: string, deps: CcxtGatewayDeps): CcxtGateway {
  const profile = profiles.find((known) => known.ccxtId === ccxtId) ?? anyVenue(ccxtId);
  return new CcxtGateway(profile, deps);
}
