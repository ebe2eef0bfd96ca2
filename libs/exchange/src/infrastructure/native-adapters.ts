import type { VenueChannels } from '../domain/channel/venue-channels.js';
import type { ExchangeGateway } from '../domain/exchange-gateway.js';
import type { VenueAdapter } from './lazy-gateway.js';
import type { NativeDeps } from './native/native-gateway.js';
import { NOBITEX, nobitexAbout, nobitexTraits } from './nobitex/nobitex-traits.js';
import { PracticeChannels } from './practice-channels.js';
import { ROBINHOOD, robinhoodAbout, robinhoodTraits } from './robinhood/robinhood-traits.js';

/** The venues that ccxt does not have, or not well. */
export function nativeAdapters(deps: Omit<NativeDeps, 'root'>): VenueAdapter[] {
  const loading =
    (make: (given: NativeDeps) => Promise<ExchangeGateway>) =>
    (endpoint: string | null): Promise<ExchangeGateway> =>
      make(endpoint === null ? deps : { ...deps, root: endpoint, channels: practice(deps, endpoint) });
  return [
    {
      ...{ venue: ROBINHOOD, traits: robinhoodTraits, about: robinhoodAbout },
      load: loading(async (given) => {
        const { RobinhoodGateway } = await import('./robinhood/robinhood-gateway.js');
        return new RobinhoodGateway(given);
      }),
    },
    {
      ...{ venue: NOBITEX, traits: nobitexTraits, about: nobitexAbout },
      load: loading(async (given) => {
        const { NobitexGateway } = await import('./nobitex/nobitex-gateway.js');
        return new NobitexGateway(given);
      }),
    },
  ];
}

function practice({ channels }: { channels: VenueChannels }, endpoint: string): VenueChannels {
  return new PracticeChannels(channels, endpoint);
}
