import { createHmac } from 'node:crypto';
import { standaloneChannels } from '@sextant/exchange';
import type {
  CallIntent,
  ChannelProfile,
  PreparedRequest,
  VenueAnswer,
  VenueChannel,
} from '@sextant/exchange';
import { Config } from '@sextant/platform';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { REHEARSAL_KEY, REHEARSAL_SECRET, stillVenue } from './chaos-target.js';

type Channels = Awaited<ReturnType<typeof standaloneChannels>>;

const ORDER: CallIntent = {
  ...{ class: 'ENTRY', bucket: 'trading', weight: 1, credentialId: 'key_1', idempotentRead: false },
};
const READ: CallIntent = {
  ...ORDER,
  class: 'DATA',
  bucket: 'marketData',
  credentialId: null,
  idempotentRead: true,
};
const CANCEL: CallIntent = { ...ORDER, class: 'CANCEL' };

let venue: RunningVenue;
let channels: Channels;
let channel: VenueChannel;

beforeEach(async () => {
  venue = await stillVenue();
  const config = { 'exchange.retry.firstPauseMs': 1, 'exchange.haltRefreshMs': 500 };
  channels = await standaloneChannels({ config: Config.fromValues(config) });
  channel = channels.open(profile(venue.url));
  await until(() => channel.clock.isSafe(5_000));
});
afterEach(async () => {
  await channels.stop();
  await venue.close();
});

function profile(url: string): ChannelProfile {
  const time: PreparedRequest = { method: 'GET', url: `${url}/api/v3/time`, headers: {}, body: null };
  return {
    venue: 'BINANCE',
    endpoints: { api: [url] },
    budgets: [
      {
        ...{ name: 'weight', limit: 6_000, windowMs: 60_000, scope: 'ADDRESS', counts: 'WEIGHT' },
        buckets: ['trading', 'marketData', 'account'],
      },
    ],
    headersToBudget: (headers) => {
      const used = headers['x-mbx-used-weight-1m'];
      return used === undefined ? [] : [{ rule: 'weight', used: Number(used) }];
    },
    serverTime: {
      request: time,
      weight: 1,
      read: (body) => (JSON.parse(body) as { serverTime: number }).serverTime,
    },
    validityWindowMs: 5_000,
    allowLoopback: true,
  };
}

let orders = 0;

/** A limit order far from the market, signed with the venue's time. */
function place(venueNow: number): PreparedRequest {
  orders += 1;
  const terms = `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=50000&newClientOrderId=r-${orders}`;
  const text = `${terms}&recvWindow=5000&timestamp=${venueNow}`;
  const signature = createHmac('sha256', REHEARSAL_SECRET).update(text).digest('hex');
  const headers = { 'X-MBX-APIKEY': REHEARSAL_KEY };
  return {
    method: 'POST',
    url: `${venue.url}/api/v3/order?${text}&signature=${signature}`,
    headers,
    body: null,
  };
}

const depth = (): PreparedRequest => ({
  ...{ method: 'GET', headers: {}, body: null },
  url: `${venue.url}/api/v3/depth?symbol=BTCUSDT&limit=5`,
});

function told(answer: VenueAnswer): string {
  return answer.kind === 'ANSWER' ? String(answer.status) : answer.code;
}

/** What the venue received of the path. */
function received(path: string): number {
  return venue.admin
    .journal({ kind: 'request', limit: 10_000 })
    .filter((entry) => JSON.stringify(entry).includes(path)).length;
}

async function until(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('places, and feeds its budget from the weight that the venue counts', async () => {
  expect(told(await channel.call(ORDER, place))).toBe('200');
  expect(told(await channel.call(READ, depth))).toBe('200');
  expect(channel.state().budgets[0]?.used).toBeGreaterThanOrEqual(3);
});

it.each([
  ['IN_TRANSIT', { kind: 'DROP' }, 'RESET'],
  ['BEFORE_ACCEPT', { kind: 'RESET' }, 'RESET'],
  ['BEFORE_ACCEPT', { kind: 'HANG' }, 'TIMEOUT'],
  ['AFTER_ACCEPT', { kind: 'DROP' }, 'RESET'],
  ['AFTER_ACCEPT', { kind: 'HANG' }, 'TIMEOUT'],
  ['AFTER_ACCEPT', { kind: 'TRUNCATE', share: 0.5 }, 'TRUNCATED'],
  ['AFTER_ACCEPT', { kind: 'TRUNCATE', share: 0.5, ending: 'HANG' }, 'TIMEOUT'],
  ['AFTER_ACCEPT', { kind: 'SLOW', bytesPerSecond: 100 }, 'TIMEOUT'],
  ['AFTER_ACCEPT', { kind: 'STATUS', status: 504 }, '504'],
] as const)('an order that meets %s %p is unknown, and was sent once', async (point, action, code) => {
  venue.admin.setFault({ target: 'REQUEST', match: { path: '/api/v3/order' }, point, action });
  expect(told(await channel.call({ ...ORDER, timeoutMs: 300 }, place))).toBe(code);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(received('/api/v3/order')).toBe(1);
});

it('goes quiet after a 418, cancels included, and goes on by itself when the ban is over', async () => {
  venue.admin.start('banned', { ms: 900 });
  expect(told(await channel.call(READ, depth))).toBe('418');
  const before = received('/api/v3/');
  for (const intent of [ORDER, CANCEL, READ]) expect(told(await channel.call(intent, place))).toBe('HALTED');
  expect(received('/api/v3/')).toBe(before);
  const { halt } = channel.state();
  expect(Math.abs(halt!.until - Date.now() - 900)).toBeLessThan(1_000);
  await until(() => channel.state().halt === null);
  expect(told(await channel.call(ORDER, place))).toBe('200');
});

it('reads the end of a ban by the clock of the venue', async () => {
  venue.admin.start('venue-clock-ahead', { ms: 3_600_000 });
  channel.clock.distrust();
  await until(() => channel.clock.isSafe(5_000));
  venue.admin.start('banned', { ms: 60_000 });
  await channel.call(READ, depth);
  expect(Math.abs(channel.state().halt!.until - Date.now() - 60_000)).toBeLessThan(5_000);
});

it('waits out a 429, but for a few cancels', async () => {
  venue.admin.start('rate-limited', { ms: 1_000 });
  expect(told(await channel.call(ORDER, place))).toBe('429');
  venue.admin.calm();
  expect(told(await channel.call({ ...ORDER, waitMs: 10 }, place))).toBe('PAUSED');
  expect(told(await channel.call(CANCEL, place))).toBe('200');
  expect(told(await channel.call(ORDER, place))).toBe('200');
});

it('leaves a firewall alone', async () => {
  venue.admin.start('blocked-by-firewall');
  expect(told(await channel.call(READ, depth))).toBe('403');
  expect(told(await channel.call(READ, depth))).toBe('HALTED');
});

it('stops entries in a maintenance after five, and no query because of them', async () => {
  venue.admin.start('maintenance');
  const codes: string[] = [];
  for (let count = 0; count < 7; count += 1) codes.push(told(await channel.call(ORDER, place)));
  expect(codes).toEqual([...Array(5).fill('503'), 'BREAKER_OPEN', 'BREAKER_OPEN']);
  expect(told(await channel.call({ ...READ, class: 'RECONCILE' }, depth))).toBe('503');
});

it.each(['venue-clock-ahead', 'venue-clock-behind'])(
  'signs by the clock of the venue: %s',
  async (incident) => {
    venue.admin.start(incident, { ms: 90_000 });
    const late = await channel.call(ORDER, place);
    expect(late).toMatchObject({ kind: 'ANSWER', status: 400, body: expect.stringContaining('-1021') });
    channel.clock.distrust();
    expect(told(await channel.call(ORDER, place))).toBe('CLOCK_UNSAFE');
    await until(() => channel.clock.isSafe(5_000));
    expect(told(await channel.call(ORDER, place))).toBe('200');
  },
);
