import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Instrument } from '@sextant/kernel';
import type { Clock } from '@sextant/kernel';
import { SystemClock, SystemTimers } from '@sextant/platform';
import { MarketData } from '../application/market-data.js';
import { MarketFeed } from '../application/market-feed.js';
import { VenueMarkets } from '../application/venue-markets.js';
import type { DepthSnapshot, Trade } from '../domain/market-events.js';
import { ReplayClockwork } from './replay-clockwork.js';
import { ReplayFeed } from './replay-feed.js';

const instrument = Instrument.load({
  venue: 'PAPER',
  symbol: 'BTC/USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minPrice: '0.01',
  maxPrice: '1000000',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  makerFeeRate: '0.001',
  takerFeeRate: '0.001',
});
const START_MS = 1_723_161_253_000;

function line(ms: number, json: object): string {
  return `${(START_MS + ms) * 1_000_000} ${JSON.stringify(json)}`;
}

function depth(ms: number, first: number, last: number, bid: string): string {
  const data = {
    e: 'depthUpdate',
    E: START_MS + ms,
    s: 'BTCUSDT',
    U: first,
    u: last,
    b: [['100.00', bid]],
    a: [],
  };
  return line(ms, { stream: 'btcusdt@depth@100ms', data });
}

function trade(ms: number, id: number, agoMs: number): string {
  const data = {
    e: 'trade',
    E: START_MS + ms,
    s: 'BTCUSDT',
    t: id,
    p: '100.00',
    q: '1',
    T: START_MS + ms - agoMs,
    m: true,
  };
  return line(ms, { stream: 'btcusdt@trade', data });
}

const RECORDING = [
  depth(0, 1, 3, '9'),
  trade(10, 700, 3),
  line(20, { lastUpdateId: 5, bids: [['100.00', '2']], asks: [['100.01', '3']] }),
  depth(100, 4, 6, '4'),
  line(150, { stream: 'btcusdt@trade', data: 'damaged' }),
  trade(160, 701, 5),
  depth(200, 7, 8, '6'),
];

let folder: string;
let running: ReplayFeed | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sextant-replay-'));
});

afterEach(async () => {
  await running?.stop();
  running = null;
  rmSync(folder, { recursive: true });
});

function paperMarkets(clock: Clock, feed: MarketFeed): MarketData {
  const settings = { maxAgeMs: () => 5_000, priceBand: () => 0.3, mostFollowed: () => 10 };
  const timers = new SystemTimers();
  const paper = new VenueMarkets('PAPER', null, { clock, timers, settings }, null, [instrument]);
  paper.listenTo(feed);
  return new MarketData(paper, () => {
    throw new Error('no other venue');
  });
}

function replay(lines: readonly string[], pack: (text: string) => Buffer = gzipSync) {
  const file = join(folder, 'recording.jsonl.gz');
  writeFileSync(file, pack(`${lines.join('\n')}\n`));
  const clock = new SystemClock();
  const feed = new MarketFeed();
  const data = paperMarkets(clock, feed);
  const snapshots: DepthSnapshot[] = [];
  const trades: Trade[] = [];
  feed.snapshots.subscribe((snapshot) => snapshots.push(snapshot));
  feed.trades.subscribe((one) => trades.push(one));
  running = new ReplayFeed(
    { file: () => file, instrument, speed: () => 200 },
    feed,
    data,
    clock,
    new SystemTimers(),
  );
  return { feed, data, snapshots, trades, replay: running };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

it('loops for ever without a gap: the book first, ids go on, times are now', async () => {
  const { data, snapshots, trades, replay: feed } = replay(RECORDING);
  const before = Date.now();
  await feed.start();
  await until(() => snapshots.length >= 4);
  await feed.stop();
  expect(data.streams().find(({ stream }) => stream === 'depth')).toMatchObject({ state: 'LIVE', gaps: 0 });
  expect(snapshots.slice(0, 4).map(({ sequence }) => sequence)).toEqual([5, 13, 21, 29]);
  const ids = trades.map(({ tradeId }) => tradeId);
  expect(ids).toEqual(ids.map((_, index) => 700 + index));
  for (const { executedAt } of trades) {
    expect(executedAt).toBeGreaterThanOrEqual(before - 10);
    expect(executedAt).toBeLessThanOrEqual(Date.now());
  }
  expect(feed.health()).toMatchObject({
    status: 'UP',
    facts: { refusedFrames: { UNKNOWN_FRAME: expect.any(Number) } },
  });
});

it('a recording that is damaged or missing is not fatal, and the health says why', async () => {
  const { replay: feed } = replay(RECORDING, (text) => gzipSync(text).subarray(0, 60));
  await feed.start();
  await until(
    () =>
      feed.health() instanceof Object &&
      'detail' in feed.health() &&
      String((feed.health() as { detail: string }).detail).includes('recording'),
  );
  expect(feed.health()).toMatchObject({ status: 'DEGRADED' });
  await feed.stop();
});

it('a silent feed goes stale by the monotonic clock', () => {
  const times = { wall: 1_000, monotonic: 0 };
  const clock = { now: () => times.wall, monotonicMs: () => times.monotonic };
  const feed = new MarketFeed();
  const data = paperMarkets(clock, feed);
  expect(data.mark('BTC/USDT')).toBeNull();
  feed.snapshots.publish({
    symbol: 'BTC/USDT',
    sequence: 1,
    bids: [9_999, 1],
    asks: [10_002, 1],
    receivedAt: 1_000,
  });
  expect(data.mark('BTC/USDT')).toEqual({
    priceUnits: 100_005_000_000_000_000_000n,
    asOf: 1_000,
    stale: false,
  });
  times.wall = 900_000;
  expect(data.topOfBook('BTC/USDT')).toMatchObject({ stale: false, ageMs: 0 });
  times.monotonic = 5_001;
  feed.ticks.publish({
    symbol: 'BTC/USDT',
    updateId: 2,
    bidTicks: 9_999,
    bidLots: 2,
    askTicks: 10_002,
    askLots: 1,
    receivedAt: 900_000,
  });
  expect(data.topOfBook('BTC/USDT')).toMatchObject({ stale: true, ageMs: 5_001, asOf: 1_000 });
  expect(data.mark('BTC/USDT')).toMatchObject({ stale: true });
  expect(data.streams().map(({ stream, state }) => [stream, state])).toEqual([
    ['depth', 'STALE'],
    ['ticker', 'LIVE'],
    ['trade', 'WAITING'],
  ]);
});

it('time that the process slept through is not replayed in a burst', () => {
  const clockwork = new ReplayClockwork(() => 2, 1_000);
  clockwork.start(50_000, 10);
  expect(clockwork.waitMs(50_100, 10)).toBe(50);
  expect(clockwork.waitMs(50_100, 900)).toBe(-840);
  expect(clockwork.waitMs(50_200, 60_000)).toBe(0);
  expect(clockwork.waitMs(50_400, 60_000)).toBe(100);
});
