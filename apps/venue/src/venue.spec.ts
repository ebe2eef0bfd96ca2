import { createHmac } from 'node:crypto';
import type { VenueOptions } from './venue-options.js';
import type { RunningVenue } from './venue.js';
import { startVenue } from './venue.js';

const API_KEY = 'rehearsal-key-of-alice';
const SECRET = 'not-a-secret-alice-rehearses';

const venues: RunningVenue[] = [];

afterEach(async () => {
  await Promise.all(venues.splice(0).map((venue) => venue.close()));
});

async function start(options: VenueOptions = {}): Promise<RunningVenue> {
  const venue = await startVenue({
    accounts: [
      {
        accountId: 'alice',
        keys: [{ apiKey: API_KEY, secret: SECRET }],
        balances: { USDT: '100000', BTC: '2', BNB: '10' },
      },
    ],
    ...options,
  });
  venues.push(venue);
  return venue;
}

async function call(venue: RunningVenue, method: string, path: string, params: Record<string, string> = {}) {
  const query = new URLSearchParams({ timestamp: String(venue.core.clock.now()), ...params }).toString();
  const signature = createHmac('sha256', SECRET).update(query).digest('hex');
  const url = `${venue.url}${path}?${query}&signature=${signature}`;
  const response = await fetch(url, { method, headers: { 'X-MBX-APIKEY': API_KEY } });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

const LIMIT = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.5',
  price: '50000',
};

describe('a running venue', () => {
  it('matches an order against the house and tells the fills', async () => {
    const venue = await start();
    venue.admin.houseLevel('BTCUSDT', 'SELL', 4_990_000, 20_000);
    const { status, body, headers } = await call(venue, 'POST', '/api/v3/order', {
      ...LIMIT,
      newClientOrderId: 'one',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      clientOrderId: 'one',
      status: 'PARTIALLY_FILLED',
      executedQty: '0.20000000',
      cummulativeQuoteQty: '9980.00000000',
      fills: [
        {
          price: '49900.00000000',
          qty: '0.20000000',
          commission: '0.00020000',
          commissionAsset: 'BTC',
          tradeId: 1,
        },
      ],
    });
    expect(headers.get('x-mbx-order-count-10s')).toBe('1');
    const account = await call(venue, 'GET', '/api/v3/account');
    expect(account.body['balances']).toContainEqual({
      asset: 'USDT',
      free: '75020.00000000',
      locked: '15000.00000000',
    });
    expect(venue.admin.conservation().every(({ deposited, held }) => deposited === held)).toBe(true);
  });
});
