import { ManualClock, Metrics } from '@sextant/platform';
import { confirmed, unknown } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { VenueMarketData } from '../../domain/venue-market-data.js';
import { CachedMarketData } from './cached-market-data.js';
import { ReadCache } from './read-cache.js';

/** Answers what it was asked, or nothing. */
class Echo extends VenueMarketData {
  readonly asked: string[] = [];
  isDown = false;

  constructor(private readonly clock: ManualClock) {
    super();
  }

  candles(...question: unknown[]) {
    return this.answer<never>('candles', question);
  }
  orderBook(...question: unknown[]) {
    return this.answer<never>('orderBook', question);
  }
  trades(...question: unknown[]) {
    return this.answer<never>('trades', question);
  }
  tickers(...question: unknown[]) {
    return this.answer<never>('tickers', question);
  }
  subscribe(): () => void {
    this.asked.push('subscribe');
    return () => undefined;
  }

  private async answer<T>(what: string, question: unknown[]): Promise<GatewayOutcome<T>> {
    this.asked.push(what);
    const at = this.clock.now();
    if (this.isDown) return unknown({ code: 'TIMEOUT', detail: '' }, { kind: 'TRANSPORT', detail: {}, at });
    return confirmed([what, ...question] as T, { kind: 'VENUE_ANSWER', detail: {}, at });
  }
}

function make() {
  const clock = new ManualClock(1_000_000);
  const venue = new Echo(clock);
  const cache = new ReadCache('TESTVENUE', clock, new Metrics());
  const data = new CachedMarketData(venue, cache, { freshMs: 1_000, staleMs: 60_000 });
  const range = { from: 0, to: 60_000, limit: 10 };
  const questions = [
    () => data.candles('BTC/USDT', '1m', range),
    () => data.candles('BTC/USDT', '5m', range),
    () => data.candles('BTC/USDT', '1m', { ...range, to: 120_000 }),
    () => data.orderBook('BTC/USDT', 10),
    () => data.orderBook('BTC/USDT', 100),
    () => data.trades('BTC/USDT', 10),
    () => data.tickers(['BTC/USDT']),
    () => data.tickers(['BTC/USDT', 'ETH/USDT']),
  ];
  const all = () => Promise.all(questions.map((question) => question()));
  return { clock, venue, data, all, count: questions.length };
}

it('asks the venue once for each question while the answer is fresh, and mixes none up', async () => {
  const { venue, all, count } = make();
  const first = await all();
  expect(await all()).toEqual(first);
  expect(new Set(first.map((answer) => JSON.stringify(answer))).size).toBe(count);
  expect(venue.asked).toHaveLength(count);
});

it('gives the last answer, marked stale, while the venue cannot be asked, and the failure when that is too old', async () => {
  const { clock, venue, all } = make();
  await all();
  venue.isDown = true;
  clock.advance(60_000);
  for (const answer of await all()) {
    expect(answer).toMatchObject({ outcome: 'CONFIRMED', stale: true, evidence: { at: 1_000_000 } });
  }
  clock.advance(1);
  for (const answer of await all()) expect(answer).toMatchObject({ outcome: 'UNKNOWN' });
});

it('keeps nothing of a stream', () => {
  const { venue, data } = make();
  data.subscribe({ channel: 'TRADES', symbol: 'BTC/USDT' }, () => undefined);
  data.subscribe({ channel: 'TRADES', symbol: 'BTC/USDT' }, () => undefined);
  expect(venue.asked).toEqual(['subscribe', 'subscribe']);
});
