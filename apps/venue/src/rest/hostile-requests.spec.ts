import { createHmac } from 'node:crypto';
import { API_KEY, Rehearsal, SECRET } from '../venue-client.contract.js';
import type { Answer } from './reply.js';
import type { Route } from './routes.js';

const NAMES = [
  ...['symbol', 'symbols', 'side', 'type', 'timeInForce', 'quantity', 'quoteOrderQty', 'price', 'stopPrice'],
  ...[
    'newClientOrderId',
    'origClientOrderId',
    'orderId',
    'orderListId',
    'limit',
    'startTime',
    'endTime',
    'fromId',
  ],
  ...[
    'interval',
    'timeZone',
    'newQty',
    'cancelReplaceMode',
    'cancelOrderId',
    'aboveType',
    'abovePrice',
    'belowType',
  ],
  ...[
    'belowStopPrice',
    'recvWindow',
    'leverage',
    'marginType',
    'positionSide',
    'asset',
    'amount',
    'batchOrders',
  ],
];

const VALUES = [
  ...['', '0', '-1', '1e400', 'NaN', '١٢٣', '99999999999999999999', '0.000000001', '00000000000000000001'],
  ...[
    '__proto__',
    'constructor',
    'null',
    '[]',
    '["BTCUSDT"]',
    '{"a":1}',
    '[{"symbol":1}]',
    'BTCUSDT',
    'BUY',
    'LIMIT',
  ],
  ...[
    '\u0000',
    '\uFFFF',
    '%',
    'a'.repeat(5_000),
    '1',
    '1699999999999',
    'STOP_LOSS_LIMIT',
    'STOP_ON_FAILURE',
    'GTC',
  ],
];

/** A plausible call of anything, in which one parameter is then made wrong. */
const PLAUSIBLE: Record<string, string> = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.01',
  price: '40000',
};

let alice: Rehearsal;

beforeAll(async () => {
  const any = Number.MAX_SAFE_INTEGER;
  alice = await Rehearsal.start({
    limits: { weightPerMinute: any, ordersPer10Seconds: any, ordersPerDay: any, rawRequestsPer5Minutes: any },
  });
  alice.house('SELL', 4_100_000, 100_000);
  alice.house('BUY', 3_900_000, 100_000);
  alice.admin.houseTrade('BTCUSDT', 'BUY', 4_100_000, 10);
});
afterAll(() => alice.close());

function ask({ method, path }: Route, params: Record<string, string>): Answer {
  const stated = { ...params, timestamp: String(alice.venue.core.clock.now()) };
  const payload = Object.entries(stated)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const signature = createHmac('sha256', SECRET).update(payload).digest('hex');
  let answer: Answer | null = null;
  alice.venue.core.pipeline.receive(
    {
      channel: 'HTTP',
      method,
      path,
      query: `${payload}&signature=${signature}`,
      body: '',
      headers: {},
      ip: '127.0.0.1',
      apiKey: API_KEY,
    },
    { send: (told) => (answer = told), abandon: () => undefined },
  );
  if (answer === null) throw new Error(`${method} ${path} gave no answer`);
  return answer;
}

describe('whatever a client sends', () => {
  it('is answered by the rules: nothing breaks the venue, and its money adds up', () => {
    const broken: string[] = [];
    for (const route of alice.venue.core.routes.all()) {
      for (const name of NAMES) {
        // One value each: over all names every route meets most of them.
        const value = VALUES[
          (name.length * 7 + route.path.length * 3 + NAMES.indexOf(name)) % VALUES.length
        ] as string;
        for (const params of [{ ...PLAUSIBLE, [name]: value }, { [name]: value }]) {
          const { status, body } = ask(route, params);
          if (status >= 500 || JSON.parse(String(body)) === undefined) {
            broken.push(`${route.method} ${route.path} ${JSON.stringify(params).slice(0, 200)}: ${status}`);
          }
        }
      }
    }
    expect(broken).toEqual([]);
    expect(alice.admin.conservation().every(({ deposited, held }) => deposited === held)).toBe(true);
  });

  it('is refused when it is too large, or no HTTP at all', async () => {
    const large = await fetch(`${alice.venue.url}/api/v3/order`, {
      method: 'POST',
      body: 'a'.repeat(2 << 20),
    }).catch(() => 'cut off');
    expect(large).toBe('cut off');
    expect((await alice.send('GET', '/api/v3/ping')).status).toBe(200);
    expect((await alice.send('PUT', '/api/v3/ping')).status).toBe(405);
    expect((await alice.send('GET', '/api/v3/%2e%2e/admin/status')).status).toBe(404);
  });
});
