import { Config, Logger, ManualClock, Metrics, SystemClock, SystemTimers } from '@sextant/platform';
import { fc } from '../../../../../test/support/property.js';
import type { CallClass, CallIntent } from '../../domain/channel/call-intent.js';
import type { ChannelProfile } from '../../domain/channel/channel-profile.js';
import type { PreparedRequest, VenueAnswer } from '../../domain/channel/venue-answer.js';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import { InMemoryChannelEvents } from './channel-events.js';
import { reply, response, ScriptedVenue } from './scripted-venue.contract.js';
import type { Script } from './scripted-venue.contract.js';
import { standaloneChannels } from './standalone-channels.js';
import { UndiciVenueChannels } from './undici-venue-channels.js';
import { InMemoryVenueHalts } from './venue-halts.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const ORDER: CallIntent = {
  class: 'ENTRY',
  bucket: 'trading',
  weight: 1,
  credentialId: 'key_1',
  idempotentRead: false,
  timeoutMs: 1_000,
};
const READ: CallIntent = {
  ...ORDER,
  class: 'DATA',
  bucket: 'marketData',
  credentialId: null,
  idempotentRead: true,
};

async function venueThat(script: Script): Promise<ScriptedVenue> {
  const venue = await ScriptedVenue.start(script);
  open.push(() => venue.close());
  return venue;
}

interface Made {
  channels: UndiciVenueChannels;
  channel: VenueChannel;
  events: InMemoryChannelEvents;
  halts: InMemoryVenueHalts;
  metrics: Metrics;
  clock: ManualClock | SystemClock;
}

type Values = Parameters<typeof Config.fromValues>[0];

async function make(
  urls: readonly string[],
  {
    profile = {},
    config = {},
    halts = new InMemoryVenueHalts(),
    clock = new SystemClock() as Made['clock'],
  } = {} as {
    profile?: Partial<ChannelProfile>;
    config?: Values;
    halts?: InMemoryVenueHalts;
    clock?: Made['clock'];
  },
): Promise<Made> {
  const events = new InMemoryChannelEvents();
  const metrics = new Metrics();
  const values = { 'exchange.retry.firstPauseMs': 1, 'exchange.haltRefreshMs': 500, ...config };
  const parts = { events, metrics, halts, clock, random: () => 0.5, config: Config.fromValues(values) };
  const channels = await standaloneChannels(parts);
  open.push(() => channels.stop());
  const channel = channels.open({ ...loopback(urls), ...profile });
  return { channels, channel, events, halts, metrics, clock };
}

function loopback(urls: readonly string[]): ChannelProfile {
  return {
    venue: 'TESTVENUE',
    endpoints: { api: urls },
    budgets: [],
    serverTime: null,
    validityWindowMs: null,
    allowLoopback: true,
  };
}

function order(url: string): () => PreparedRequest {
  return () => ({ method: 'POST', url: `${url}/order`, headers: {}, body: 'symbol=X' });
}

function get(url: string): () => PreparedRequest {
  return () => ({ method: 'GET', url: `${url}/depth?limit=5`, headers: {}, body: null });
}

function codeOf(answer: VenueAnswer): string {
  return answer.kind === 'ANSWER' ? String(answer.status) : answer.code;
}

async function failing(
  channel: VenueChannel,
  intent: CallIntent,
  prepare: () => PreparedRequest,
  times: number,
) {
  const codes: string[] = [];
  for (let count = 0; count < times; count += 1) codes.push(codeOf(await channel.call(intent, prepare)));
  return codes;
}

const FAULTS: Script[] = [
  reply(200, '{}'),
  reply(400, '{"code":-2010}'),
  reply(500, ''),
  reply(502, '<html>'),
  reply(503, ''),
  reply(302, '', { location: '/elsewhere' }),
  (_, socket) => void socket.resetAndDestroy(),
  (_, socket) => void socket.end(),
  (_, socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nab'),
  (_, socket) => void socket.end('garbage\r\n\r\n'),
  (_, socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nab'),
  () => undefined,
];
const CLASSES: CallClass[] = ['ENTRY', 'CANCEL', 'PROTECTIVE'];

it('puts a call that is no read on the wire at most once, whatever the venue does', async () => {
  const venue = await venueThat(reply(200, '{}'));
  const spare = await venueThat((...call) => venue.script(...call));
  const config: Values = {
    'exchange.breaker.failures': 1_000,
    'exchange.budget.tradingPerMinute': 1_000_000,
  };
  const { channel } = await make([venue.url, spare.url], {
    config: { ...config, 'exchange.budget.globalPerMinute': 1_000_000 },
  });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(FAULTS.length - 1),
      fc.constantFrom(...CLASSES),
      fc.boolean(),
      async (fault, what, permit) => {
        venue.script = FAULTS[fault] as Script;
        const before = venue.heard.length + spare.heard.length;
        const intent = { ...ORDER, class: what, timeoutMs: 60 };
        const answer = await (permit
          ? viaPermit(channel, intent, order(venue.url)())
          : channel.call(intent, order(venue.url)));
        await new Promise((resolve) => setTimeout(resolve, 5));
        const sent = venue.heard.length + spare.heard.length - before;
        expect(sent).toBeLessThanOrEqual(1);
        expect(answer.kind === 'NOT_SENT').toBe(sent === 0);
      },
    ),
    { numRuns: 60 },
  );
});

async function viaPermit(
  channel: VenueChannel,
  intent: CallIntent,
  request: PreparedRequest,
): Promise<VenueAnswer> {
  const permit = await channel.admit(intent);
  return permit.kind === 'PERMIT' ? permit.send(request) : permit;
}

it('asks for the request right before it leaves, with the venue time, and takes no for an answer', async () => {
  const venue = await venueThat(reply(200, '{}'));
  const { channel } = await make([venue.url]);
  const times: number[] = [];
  const withheld = await channel.call(ORDER, (venueNow) => {
    times.push(venueNow);
    return { withhold: 'the lease was lost' };
  });
  expect(withheld).toEqual({
    kind: 'NOT_SENT',
    code: 'WITHHELD',
    detail: 'the lease was lost',
    retryAfterMs: null,
  });
  expect(Math.abs(Date.now() - times[0]!)).toBeLessThan(500);
  expect([venue.heard.length, channel.state().budgets.every(({ used }) => used === 0)]).toEqual([0, true]);
});

it('never calls a host that the profile does not name, nor repeats what could not be signed', async () => {
  const venue = await venueThat(reply(200, '{}'));
  const other = await venueThat(reply(200, '{}'));
  const { channel } = await make([`${venue.url}/api`]);
  for (const url of [
    other.url,
    `${venue.url}.evil.example`,
    `${venue.url}/apiary`,
    `${venue.url}@${other.url.slice(7)}`,
  ]) {
    expect(await channel.call(ORDER, order(url))).toMatchObject({
      kind: 'NOT_SENT',
      code: 'HOST_NOT_ALLOWED',
    });
  }
  const failed = await channel.call(ORDER, () => {
    throw new TypeError('hunter2 is no key');
  });
  expect(failed).toMatchObject({ code: 'BAD_REQUEST', detail: 'the request could not be made: TypeError' });
  expect([venue.heard, other.heard]).toEqual([[], []]);
});

describe('a read', () => {
  it('is sent again after failures that may pass, each kind as often as configured', async () => {
    let count = 0;
    const script: Script = (_, socket) => {
      count += 1;
      if (count === 1) socket.resetAndDestroy();
      else if (count === 2) socket.write(response(503, ''));
      else socket.write(response(200, 'candles'));
    };
    const venue = await venueThat(script);
    const { channel, metrics } = await make([venue.url]);
    expect(await channel.call(READ, get(venue.url))).toMatchObject({ kind: 'ANSWER', body: 'candles' });
    expect(venue.heard).toHaveLength(3);
    expect(await metrics.render()).toContain('venue_retries_total{venue="TESTVENUE"} 2');
  });

  it.each([
    ['500 for ever', reply(500, 'no'), 3],
    ['401', reply(401, '{}'), 1],
    ['400', reply(400, '{}'), 1],
    ['404', reply(404, '{}'), 1],
  ] as [string, Script, number][])('of %s ends', async (_, script, times) => {
    const venue = await venueThat(script);
    const { channel } = await make([venue.url]);
    await channel.call(READ, get(venue.url));
    expect(venue.heard).toHaveLength(times);
  });

  it('waits for as long as a 429 says before it is sent again', async () => {
    const venue = await venueThat((_, socket, number) => {
      socket.write(number === 1 ? response(429, '{}', { 'retry-after': '0.2' }) : response(200, 'ok'));
    });
    const { channel } = await make([venue.url]);
    const startedMs = performance.now();
    expect(await channel.call(READ, get(venue.url))).toMatchObject({ status: 200 });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(190);
  });
});

describe('a breaker', () => {
  it('stops a class after five failures in a row, and no other class', async () => {
    const venue = await venueThat(reply(503, ''));
    const { channel, channels, events } = await make([venue.url]);
    expect(await channels.component.health()).toEqual({ status: 'UP' });
    const codes = await failing(channel, ORDER, order(venue.url), 7);
    expect(codes).toEqual(['503', '503', '503', '503', '503', 'BREAKER_OPEN', 'BREAKER_OPEN']);
    expect(venue.heard).toHaveLength(5);
    expect(channel.state().breakers).toMatchObject({ ENTRY: 'OPEN', CANCEL: 'CLOSED', RECONCILE: 'CLOSED' });
    expect(await channel.call({ ...ORDER, class: 'CANCEL' }, order(venue.url))).toMatchObject({
      status: 503,
    });
    const payload = { venue: 'TESTVENUE', class: 'ENTRY', from: 'CLOSED', to: 'OPEN' };
    expect(events.recorded).toContainEqual({ type: 'VenueBreakerChanged', payload });
  });

  it('is tried with one call after a while, by the monotonic clock, and closes', async () => {
    const clock = new ManualClock();
    const venue = await venueThat(reply(503, ''));
    const { channel, events } = await make([venue.url], { clock });
    await failing(channel, ORDER, order(venue.url), 5);
    clock.jumpTo(clock.now() + 86_400_000);
    expect(await channel.call(ORDER, order(venue.url))).toMatchObject({
      code: 'BREAKER_OPEN',
      retryAfterMs: 60_000,
    });
    clock.advance(60_000);
    let answer = (): void => undefined;
    venue.script = (_, socket) => {
      answer = () => void socket.write(response(200, '{}'));
    };
    const trial = channel.call(ORDER, order(venue.url));
    while (venue.heard.length < 6) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await channel.call(ORDER, order(venue.url))).toMatchObject({ code: 'BREAKER_OPEN' });
    answer();
    expect(await trial).toMatchObject({ status: 200 });
    expect(channel.state().breakers.ENTRY).toBe('CLOSED');
    expect(events.recorded.map(({ payload }) => payload['to'])).toEqual(['OPEN', 'HALF_OPEN', 'CLOSED']);
  });

  it('does not take a call that was withheld for a sign of health', async () => {
    const clock = new ManualClock();
    const venue = await venueThat(reply(503, ''));
    const { channel } = await make([venue.url], { clock });
    await failing(channel, ORDER, order(venue.url), 5);
    clock.advance(60_000);
    await channel.call(ORDER, () => ({ withhold: 'no' }));
    expect(channel.state().breakers.ENTRY).toBe('OPEN');
  });

  it('is not opened by what a venue says on purpose', async () => {
    const venue = await venueThat(reply(400, '{"code":-2010}'));
    const { channel } = await make([venue.url]);
    await failing(channel, ORDER, order(venue.url), 8);
    expect(channel.state()).toMatchObject({ breakers: { ENTRY: 'CLOSED' }, answers: 8, failures: 0 });
  });
});

describe('a ban', () => {
  it('stops everything at once, what waits included, and holds over a restart (418 ignored: ccxt 14639, nefertiti 55)', async () => {
    const venue = await venueThat(reply(418, '{"code":-1003}', { 'retry-after': '600' }));
    const halts = new InMemoryVenueHalts();
    const first = await make([venue.url], { halts });
    expect(await first.channel.call(ORDER, order(venue.url))).toMatchObject({ kind: 'ANSWER', status: 418 });
    for (const intent of [
      ORDER,
      READ,
      { ...ORDER, class: 'CANCEL' },
      { ...ORDER, class: 'PROTECTIVE' },
    ] as CallIntent[]) {
      const refused = await first.channel.call(intent, order(venue.url));
      expect(refused).toMatchObject({ kind: 'NOT_SENT', code: 'HALTED' });
    }
    expect(first.events.recorded).toMatchObject([
      { type: 'VenueHalted', payload: { reason: 'ADDRESS_BANNED', status: 418 } },
    ]);
    const second = await make([venue.url], { halts });
    expect(await second.channel.call(READ, get(venue.url))).toMatchObject({ code: 'HALTED' });
    expect(second.channel.state().halt?.until).toBeGreaterThan(Date.now() + 590_000);
    expect(venue.heard).toHaveLength(1);
  });

  it('is lifted by whoever takes the row away', async () => {
    const venue = await venueThat(reply(418, ''));
    const { channel, halts, events } = await make([venue.url]);
    await channel.call(READ, get(venue.url));
    halts.lift('TESTVENUE');
    const endMs = performance.now() + 2_000;
    while (channel.state().halt !== null && performance.now() < endMs)
      await new Promise((r) => setTimeout(r, 20));
    venue.script = reply(200, 'back');
    expect(await channel.call(READ, get(venue.url))).toMatchObject({ body: 'back' });
    expect(events.recorded.map(({ type }) => type)).toEqual(['VenueHalted', 'VenueResumed']);
  });

  it('known only after the connection was asked for still stops the request', async () => {
    const venue = await venueThat(reply(418, ''));
    const { channel } = await make([venue.url], { config: { 'exchange.pool.perHost': 1 } });
    const [first, second] = await Promise.all([
      channel.call({ ...ORDER, class: 'CANCEL' }, order(venue.url)),
      channel.call(ORDER, order(venue.url)),
    ]);
    expect([first, second].map(codeOf).sort()).toEqual(['418', 'HALTED']);
    expect(venue.heard).toHaveLength(1);
  });
});

describe('a 429', () => {
  it('pauses everything but a few cancels until the time it names (OctoBot 2108, BTCT 427)', async () => {
    const venue = await venueThat(reply(429, '{}', { 'retry-after': '120' }));
    const { channel, events } = await make([venue.url], { config: { 'exchange.budget.pauseAllowance': 2 } });
    await channel.call(ORDER, order(venue.url));
    venue.script = reply(200, '{}');
    const refused = await channel.call(ORDER, order(venue.url));
    expect(refused).toMatchObject({ kind: 'NOT_SENT', code: 'PAUSED' });
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(118_000);
    const cancel = { ...ORDER, class: 'CANCEL' } as const;
    expect(await failing(channel, cancel, order(venue.url), 3)).toEqual(['200', '200', 'PAUSED']);
    expect(events.recorded).toMatchObject([
      { type: 'VenuePaused', payload: { scope: 'ADDRESS', credentialId: null } },
    ]);
    expect(channel.state().pausedUntil).toBeGreaterThan(Date.now() + 118_000);
  });

  it('that several calls meet together is one pause, told once', async () => {
    const venue = await venueThat(reply(429, '{}', { 'retry-after': '60' }));
    const { channel, events } = await make([venue.url]);
    await Promise.all([1, 2, 3, 4].map(() => channel.call(ORDER, order(venue.url))));
    expect(venue.heard.length).toBeGreaterThan(1);
    expect(events.recorded.map(({ type }) => type)).toEqual(['VenuePaused']);
  });

  it('has the manners of a 503 that says when to come back, which is believed for a minute at a time', async () => {
    const venue = await venueThat(reply(503, '', { 'retry-after': '7200' }));
    const { channel } = await make([venue.url]);
    await channel.call(ORDER, order(venue.url));
    const refused = await channel.call(ORDER, order(venue.url));
    expect(refused).toMatchObject({ kind: 'NOT_SENT', code: 'PAUSED' });
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(58_000);
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('for one key pauses that key alone', async () => {
    const venue = await venueThat(reply(400, 'slow down', { 'retry-after': '60' }));
    const profile: Partial<ChannelProfile> = {
      rateLimitScope: (_, __, body) => (body === 'slow down' ? 'CREDENTIAL' : null),
    };
    const { channel } = await make([venue.url], { profile });
    await channel.call(ORDER, order(venue.url));
    venue.script = reply(200, '{}');
    expect(codeOf(await channel.call(ORDER, order(venue.url)))).toBe('PAUSED');
    expect(codeOf(await channel.call({ ...ORDER, credentialId: 'key_2' }, order(venue.url)))).toBe('200');
  });
});

describe('endpoints', () => {
  it('share the load, and a refused connection leads to the next one at once, orders included', async () => {
    const [one, two, gone] = await Promise.all([
      venueThat(reply(200, '1')),
      venueThat(reply(200, '2')),
      venueThat(reply(200, '')),
    ]);
    await gone.close();
    const { channel, events } = await make([one.url, gone.url, two.url], {
      config: { 'exchange.budget.tradingPerMinute': 1_000, 'exchange.budget.globalPerMinute': 1_000 },
    });
    const codes = await failing(channel, ORDER, order(one.url), 30);
    expect(codes).toEqual(Array(30).fill('200'));
    expect(one.heard.length + two.heard.length).toBe(30);
    expect(Math.min(one.heard.length, two.heard.length)).toBeGreaterThan(8);
    expect(events.recorded).toEqual([
      { type: 'VenueEndpointChanged', payload: { venue: 'TESTVENUE', endpoint: gone.url, healthy: false } },
    ]);
  });

  it('that fail are left, and a read finds out when they work again', async () => {
    const clock = new ManualClock();
    const good = await venueThat(reply(200, 'good'));
    const bad = await venueThat(reply(503, 'bad'));
    const config: Values = { 'exchange.breaker.failures': 100, 'exchange.retry.busy': 0 };
    const { channel, events } = await make([bad.url, good.url], { clock, config });
    const cancel = { ...ORDER, class: 'CANCEL' } as const;
    await failing(channel, cancel, order(bad.url), 10);
    const heard = bad.heard.length;
    expect(heard).toBe(3);
    expect(await failing(channel, cancel, order(bad.url), 5)).toEqual(Array(5).fill('200'));
    bad.script = reply(200, 'better');
    clock.advance(10_000);
    expect(await failing(channel, cancel, order(bad.url), 2)).toEqual(['200', '200']);
    expect(bad.heard).toHaveLength(heard);
    expect(await channel.call(READ, get(bad.url))).toMatchObject({ body: 'better' });
    expect(events.recorded.map(({ payload }) => payload['healthy'])).toEqual([false, true]);
  });
});

describe('the clock', () => {
  const asked = (script: Script): Partial<ChannelProfile> & { script: Script } => ({
    script,
    validityWindowMs: 5_000,
  });

  it('is known by asking; entries wait for it to be safe', async () => {
    const ahead = 90_000;
    const { script, ...profile } = asked((request, socket) => {
      socket.write(response(200, request.path === '/time' ? String(Date.now() + ahead) : '{}'));
    });
    const venue = await venueThat(script);
    const { channel, clock } = await make([venue.url], {
      profile: {
        ...profile,
        serverTime: {
          request: { method: 'GET', url: `${venue.url}/time`, headers: {}, body: null },
          weight: 1,
          read: Number,
        },
      },
    });
    expect(codeOf(await channel.call(ORDER, order(venue.url)))).toBe('CLOCK_UNSAFE');
    expect(codeOf(await channel.call({ ...ORDER, class: 'CANCEL' }, order(venue.url)))).toBe('200');
    while (!channel.clock.isSafe(5_000)) await new Promise((resolve) => setTimeout(resolve, 5));
    const signed: number[] = [];
    await channel.call(ORDER, (venueNow) => {
      signed.push(venueNow - clock.now());
      return order(venue.url)();
    });
    expect(signed[0]).toBeGreaterThan(ahead - 500);
    expect(signed[0]).toBeLessThan(ahead + 500);
    expect(channel.state().clock.safe).toBe(true);
  });

  it('is asked for, and a ban is heard in the answer although there is no time in it', async () => {
    const venue = await venueThat(reply(418, 'no JSON'));
    const request = { method: 'GET', url: `${venue.url}/time`, headers: {}, body: null } as const;
    const read = (body: string) => JSON.parse(body) as number;
    const { channel } = await make([venue.url], {
      profile: { serverTime: { request, weight: 1, read }, validityWindowMs: 5_000 },
    });
    const endMs = performance.now() + 2_000;
    while (channel.state().halt === null && performance.now() < endMs)
      await new Promise((r) => setTimeout(r, 5));
    expect(channel.state().halt).toMatchObject({ reason: 'ADDRESS_BANNED' });
    expect(venue.heard).toHaveLength(1);
  });

  it.each(['not a number', '[]', '{"serverTime":1e400}', '{"serverTime":-1}', ''])(
    'is not taken from %p',
    async (body) => {
      const venue = await venueThat(reply(200, body));
      const request = { method: 'GET', url: `${venue.url}/time`, headers: {}, body: null } as const;
      const read = (text: string) => (JSON.parse(text) as { serverTime: number }).serverTime;
      const { channel } = await make([venue.url], {
        profile: { serverTime: { request, weight: 1, read }, validityWindowMs: 5_000 },
      });
      while (channel.state().answers < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(channel.state().clock).toEqual({ offsetMs: null, uncertaintyMs: null, safe: false });
      expect(await channel.call(ORDER, order(venue.url))).toMatchObject({ code: 'CLOCK_UNSAFE' });
    },
  );

  it('is heard from the Date of answers where a venue has no other', async () => {
    const venue = await venueThat(reply(200, '{}', { date: new Date(Date.now() - 60_000).toUTCString() }));
    const { channel } = await make([venue.url], {
      profile: { serverTime: 'DATE_HEADER', validityWindowMs: 30_000 },
    });
    expect(channel.clock.offsetMs).toBeNull();
    await channel.call(READ, get(venue.url));
    expect(channel.clock.uncertaintyMs).toBeGreaterThanOrEqual(500);
    expect(channel.clock.uncertaintyMs).toBeLessThan(2_000);
    expect(Math.abs(channel.clock.offsetMs! + 60_000)).toBeLessThan(2_000);
  });
});

describe('a permit', () => {
  it('sends one request, and not a second one', async () => {
    const venue = await venueThat(reply(200, '{}'));
    const { channel } = await make([venue.url]);
    const permit = await channel.admit(ORDER);
    if (permit.kind !== 'PERMIT') throw new Error(permit.code);
    expect(await permit.send(order(venue.url)())).toMatchObject({ status: 200 });
    expect(await permit.send(order(venue.url)())).toMatchObject({ kind: 'NOT_SENT', code: 'PERMIT_USED' });
    expect(venue.heard).toHaveLength(1);
  });

  it('that is not used gives back what it took, by release or by itself', async () => {
    const venue = await venueThat(reply(200, '{}'));
    const { channel } = await make([venue.url]);
    const [one, two] = [
      await channel.admit({ ...ORDER, weight: 5 }),
      await channel.admit({ ...ORDER, weight: 6, timeoutMs: 30 }),
    ];
    expect(channel.state().budgets.map(({ used }) => used)).toEqual([11, 11]);
    if (one.kind === 'PERMIT') one.release();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(channel.state().budgets.map(({ used }) => used)).toEqual([0, 0]);
    if (two.kind === 'PERMIT')
      expect(await two.send(order(venue.url)())).toMatchObject({ code: 'PERMIT_USED' });
    expect(venue.heard).toEqual([]);
  });
});

it('feeds the budget from headers, and survives a profile that chokes on them', async () => {
  const venue = await venueThat(reply(200, '{}', { 'x-used': '90' }));
  const profile: Partial<ChannelProfile> = {
    budgets: [
      {
        name: 'ip',
        limit: 100,
        windowMs: 60_000,
        scope: 'ADDRESS',
        buckets: ['trading', 'marketData'],
        counts: 'WEIGHT',
      },
    ],
    headersToBudget: (headers) => {
      if (headers['x-used'] === undefined) throw new Error('no such header');
      return [{ rule: 'ip', used: Number(headers['x-used']) }];
    },
  };
  const { channel } = await make([venue.url], { profile });
  await channel.call({ ...ORDER, class: 'CANCEL' }, order(venue.url));
  expect(channel.state().budgets).toMatchObject([{ rule: 'ip', used: 90, leftForEntries: 0 }]);
  const entry = await channel.call({ ...ORDER, waitMs: 20 }, order(venue.url));
  expect(entry).toMatchObject({ code: 'QUEUE_TIMEOUT' });
  venue.script = reply(200, 'fine');
  expect(await channel.call({ ...ORDER, class: 'CANCEL' }, order(venue.url))).toMatchObject({ body: 'fine' });
});

it('shows how it is doing, in state and metrics, without any secret', async () => {
  const venue = await venueThat(reply(200, '{}'));
  const { channel, metrics } = await make([venue.url]);
  const secret = 'signature=canary';
  await channel.call(ORDER, () => ({ ...order(venue.url)(), url: `${venue.url}/order?${secret}` }));
  const state = channel.state();
  expect(state).toMatchObject({
    venue: 'TESTVENUE',
    queued: 0,
    inFlight: 0,
    answers: 1,
    failures: 0,
    halt: null,
  });
  expect(state.latencyMs?.p50).toBeGreaterThan(0);
  const page = await metrics.render();
  expect(page).toContain('venue_calls_total{venue="TESTVENUE",class="ENTRY",outcome="2xx"} 1');
  expect(page).toContain('venue_budget_used_ratio{venue="TESTVENUE",limit="trading"}');
  expect(page + JSON.stringify(state)).not.toContain('canary');
});

it('sends nothing once it is closed, and waits for what is under way', async () => {
  const venue = await venueThat(
    (_, socket) => void setTimeout(() => socket.write(response(200, 'late')), 100),
  );
  const { channel } = await make([venue.url]);
  const pending = channel.call(ORDER, order(venue.url));
  await new Promise((resolve) => setTimeout(resolve, 30));
  await channel.close();
  expect(await pending).toMatchObject({ body: 'late' });
  expect(await channel.call(ORDER, order(venue.url))).toMatchObject({ code: 'STOPPED' });
});

it('gives up, unanswered, what the end of the process would wait too long for', async () => {
  const venue = await venueThat(() => undefined);
  const { channel, channels } = await make([venue.url], { config: { 'lifecycle.drainMs': 100 } });
  const pending = channel.call({ ...ORDER, timeoutMs: 20_000 }, order(venue.url));
  while (venue.heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await channels.stop();
  expect(await pending).toMatchObject({ kind: 'NO_ANSWER', code: 'ABORTED' });
});

it('sends nothing before the stored bans are known', async () => {
  const venue = await venueThat(reply(200, '{}'));
  const late = new (class extends InMemoryVenueHalts {
    override load = () => new Promise<never>(() => undefined);
  })();
  const channels = new UndiciVenueChannels({
    ...{
      clock: new SystemClock(),
      config: Config.fromValues(),
      timers: new SystemTimers(),
      metrics: new Metrics(),
      logger: Logger.silent(),
    },
    ...{ events: new InMemoryChannelEvents(), halts: late, redis: null, random: () => 0 },
  });
  void channels.start();
  const channel = channels.open(loopback([venue.url]));
  expect(await channel.call(ORDER, order(venue.url))).toMatchObject({ kind: 'NOT_SENT', code: 'STOPPED' });
  expect(venue.heard).toEqual([]);
});
