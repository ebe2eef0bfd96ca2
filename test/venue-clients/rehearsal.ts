import type Binance from '../../node_modules/ccxt/js/src/pro/binance.js';
import { marketSide } from '../../apps/venue/src/market/market-side.js';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { startVenue } from '../../apps/venue/src/venue.js';
import type { VenueOptions, VenuePartFactory } from '../../apps/venue/src/venue-options.js';

export const KEY = 'rehearsal'.padEnd(64, 'k');
export const SECRET = 'rehearsal-secret';

/** A lively venue with one funded account. */
export async function openRehearsal(
  options: VenueOptions = {},
  side: VenuePartFactory = marketSide,
): Promise<RunningVenue> {
  const permissions = { permitsUniversalTransfer: true };
  return startVenue(
    {
      seed: 7,
      accounts: [
        {
          accountId: 'rehearsal',
          keys: [{ apiKey: KEY, secret: SECRET, permissions }],
          balances: { USDT: '100000', BTC: '5' },
        },
      ],
      market: { historyMinutes: 26 * 60, traits: { BTCUSDT: { tradesPerMinute: 1200 } } },
      futures: { balances: { rehearsal: '50000' }, historyMinutes: 120 },
      ...options,
    },
    [side],
  );
}

/** Real ccxt, with every address of its own replaced by the venue's. */
export async function ccxtAgainst(venue: RunningVenue, type: 'spot' | 'swap'): Promise<Binance> {
  // The package blocks the import of a single file by its name, so it is found by its place.
  const file = new URL('../../node_modules/ccxt/js/src/pro/binance.js', import.meta.url);
  const { default: Client } = (await import(file.href)) as { default: typeof Binance };
  const client = new Client({
    apiKey: KEY,
    secret: SECRET,
    enableRateLimit: false,
    options: {
      defaultType: type,
      fetchMarkets: { types: [type === 'spot' ? 'spot' : 'linear'] },
      fetchCurrencies: false,
      fetchMargins: false,
      // Soon enough to be seen; the usual twenty minutes would keep the process waiting for its timer.
      listenKeyRefreshRate: 300,
    },
  });
  point(client, venue);
  // Without this ccxt refuses plain ws:// addresses.
  await client.loadHttpProxyAgent();
  return client;
}

function point(client: Binance, { url, wsUrl }: RunningVenue): void {
  const api = client.urls.api as unknown as Record<string, string> & {
    ws: Record<string, string> & { 'ws-api': Record<string, string> };
  };
  api.public = api.private = `${url}/api/v3`;
  api.sapi = `${url}/sapi/v1`;
  for (const part of ['Public', 'Private']) {
    for (const version of [1, 2, 3]) {
      api[`fapi${part}${version === 1 ? '' : `V${version}`}`] = `${url}/fapi/v${version}`;
    }
  }
  // Spot is told from futures by "/stream" in the address.
  api.ws.spot = `${wsUrl}/stream/ws`;
  api.ws.future = `${wsUrl}/fstream/ws`;
  api.ws['ws-api'].spot = `${wsUrl}/ws-api/v3`;
  api.ws['ws-api'].future = `${wsUrl}/ws-fapi/v1`;
}

/** A watch that a test may abandon: its rejection when the client closes is nobody's fault. */
export function watching<Update>(watch: Promise<Update>): Promise<Update> {
  watch.catch(() => undefined);
  return watch;
}

/** Asks again and again; a condition that does not come true within three seconds is a failure of the test. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 3000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('what was waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
