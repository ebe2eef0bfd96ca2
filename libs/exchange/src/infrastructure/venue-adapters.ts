import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { VenueAbout } from '../domain/venue-about.js';
import { createCcxtGateway, verifiedCcxtVenues } from './ccxt/create-ccxt-gateway.js';
import type { CcxtGatewayDeps } from './ccxt/gateway-deps.js';
import type { VenueAdapter } from './lazy-gateway.js';
import { nativeAdapters } from './native-adapters.js';
import { PracticeChannels } from './practice-channels.js';

/** What every adapter is given. */
export type AdapterDeps = Omit<CcxtGatewayDeps, 'endpoints' | 'symbols'>;

/** Which parts keys have, and whether the venue tells their rights, where ccxt does not say. */
const ccxtKeys: Readonly<Record<string, Pick<VenueAbout, 'passphrase' | 'tellsPermissions'>>> = {
  binance: { passphrase: 'NONE', tellsPermissions: true },
  binanceusdm: { passphrase: 'NONE', tellsPermissions: true },
  bybit: { passphrase: 'NONE', tellsPermissions: true },
  coinbase: { passphrase: 'NONE', tellsPermissions: true },
  kraken: { passphrase: 'NONE', tellsPermissions: false },
  okx: { passphrase: 'REQUIRED', tellsPermissions: true },
};

const CCXT_ID = /^[a-z][a-z0-9]{1,30}$/;

/** The venues that Sextant comes with. */
export function shippedAdapters(deps: AdapterDeps): VenueAdapter[] {
  const ofCcxt = Object.keys(verifiedCcxtVenues).map((ccxtId) => ccxtAdapter(ccxtId, deps));
  return [...ofCcxt, ...nativeAdapters(deps)];
}

/** Any other exchange of ccxt, without a promise; null when ccxt has none of that name. */
export function unverifiedAdapter(venue: string, deps: AdapterDeps): VenueAdapter | null {
  const ccxtId = venue.toLowerCase();
  return CCXT_ID.test(ccxtId) && isInCcxt(ccxtId) ? ccxtAdapter(ccxtId, deps) : null;
}

function ccxtAdapter(ccxtId: string, deps: AdapterDeps): VenueAdapter {
  const gateway = createCcxtGateway(ccxtId, deps);
  const { venue, traits, verified } = gateway;
  const keys = ccxtKeys[ccxtId] ?? { passphrase: 'OPTIONAL', tellsPermissions: false };
  return {
    ...{ venue, traits },
    about: { adapter: 'CCXT', verified, ...keys },
    load: async (endpoint) => {
      if (endpoint === null) return gateway;
      const endpoints = { rest: endpoint, ws: endpoint.replace(/^http/, 'ws') };
      const channels = new PracticeChannels(deps.channels, endpoint);
      return createCcxtGateway(ccxtId, { ...deps, channels, endpoints });
    },
  };
}

/** By its file, without loading anything. */
function isInCcxt(ccxtId: string): boolean {
  const entry = new URL('.', import.meta.resolve('ccxt'));
  return existsSync(fileURLToPath(new URL(`src/${ccxtId}.js`, entry)));
}
