import { VenueMarketData } from '@sextant/exchange';
import type { DataChannel, GatewayOutcome, VenueBook, VenueDataEvent } from '@sextant/exchange';
import { ManualClock, ManualTimers } from '@sextant/platform';
import { instrumentOf, SYMBOL } from '../application/scripted-supply.contract.js';
import { VenueMarkets } from '../application/venue-markets.js';
import { VenueSupply } from './venue-supply.js';

const EVIDENCE = { kind: 'VENUE_ANSWER' as const, detail: {}, at: 0 };
const REFUSED = {
  outcome: 'REFUSED' as const,
  reason: { code: 'UNSUPPORTED', detail: '' },
  evidence: EVIDENCE,
};

function bookOf(bid: number, sequence: number | null): VenueBook {
  return { symbol: SYMBOL, sequence, bids: [[bid, 1]], asks: [[bid + 1, 1]], asOf: 0 };
}

class ScriptedData extends VenueMarketData {
  readonly open = new Map<DataChannel['channel'], (event: VenueDataEvent) => void>();
  subscriptions = 0;
  questions = 0;
  answer: GatewayOutcome<VenueBook> = REFUSED;

  async candles() {
    return REFUSED;
  }

  async trades() {
    return REFUSED;
  }

  async tickers() {
    return REFUSED;
  }

  async orderBook(): Promise<GatewayOutcome<VenueBook>> {
    this.questions += 1;
    return this.answer;
  }

  subscribe({ channel }: DataChannel, listener: (event: VenueDataEvent) => void): () => void {
    this.subscriptions += 1;
    this.open.set(channel, listener);
    return () => {
      if (this.open.get(channel) === listener) this.open.delete(channel);
    };
  }

  book(bid: number, sequence: number | null = null): void {
    this.open.get('BOOK')?.({ kind: 'BOOK', complete: true, book: bookOf(bid, sequence) });
  }

  stream(channel: DataChannel['channel'], state: 'UP' | 'DOWN'): void {
    this.open.get(channel)?.({ kind: 'STREAM', state, detail: '' });
  }

  confirms(book: VenueBook, stale?: true): void {
    this.answer = { outcome: 'CONFIRMED', value: book, evidence: EVIDENCE, ...(stale && { stale }) };
  }
}

async function followed() {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const settings = { maxAgeMs: () => 5_000, priceBand: () => 0.3, mostFollowed: () => 10 };
  const data = new ScriptedData();
  let resubscribed = 0;
  const tools = { clock, timers, maxAgeMs: () => 5_000, onResubscribed: () => (resubscribed += 1) };
  const supply = new VenueSupply({ instruments: async () => [instrumentOf()] }, data, tools);
  const markets = new VenueMarkets('KRAKEN', null, { clock, timers, settings }, supply);
  await markets.load();
  markets.follow(SYMBOL);
  const top = () => markets.topOfBook(SYMBOL);
  return { timers, data, markets, top, resubscribed: () => resubscribed };
}

it('a book that is away is none; trades that are away leave it as it is', async () => {
  const { data, top } = await followed();
  data.book(100);
  data.stream('TRADES', 'DOWN');
  expect(top()).toMatchObject({ bidTicks: 100, stale: false });
  data.stream('BOOK', 'DOWN');
  expect(top()).toBeNull();
  data.stream('BOOK', 'UP');
  data.book(101);
  expect(top()).toMatchObject({ bidTicks: 101, stale: false });
});

it('a venue without a book is asked for its best prices, until it shows one', async () => {
  const { data, top, timers } = await followed();
  data.stream('BOOK', 'DOWN');
  await timers.advance(9_000);
  expect([...data.open.keys()]).toEqual(['BOOK', 'TRADES']);
  await timers.advance(1_000);
  const ticker = {
    symbol: SYMBOL,
    bidTicks: 90,
    bidLots: null,
    askTicks: 92,
    askLots: null,
    lastTicks: null,
    asOf: 1,
  };
  data.open.get('TICKER')!({ kind: 'TICKER', ticker });
  data.stream('BOOK', 'DOWN');
  expect(top()).toMatchObject({ bidTicks: 90, stale: false });
  data.book(100);
  expect([[...data.open.keys()], top()]).toMatchObject([['BOOK', 'TRADES'], { bidTicks: 100 }]);
});

it('a feed that says nothing is made anew within 45 s, and not before it may be dead', async () => {
  const { data, top, timers, resubscribed } = await followed();
  data.book(100);
  await timers.advance(39_000);
  expect([resubscribed(), data.subscriptions]).toEqual([0, 2]);
  await timers.advance(2_000);
  expect([resubscribed(), data.subscriptions, data.open.size, top()]).toEqual([1, 4, 2, null]);
  data.book(101);
  expect(top()).toMatchObject({ bidTicks: 101, stale: false });
});

describe('a quiet market', () => {
  it('whose stream says nothing at first is asked for', async () => {
    const { data, top, timers } = await followed();
    data.confirms(bookOf(100, 7));
    await timers.advance(1_000);
    expect(top()).toMatchObject({ bidTicks: 100, stale: false });
  });

  it('stays live while its venue confirms the book, asked now and then', async () => {
    const { data, top, timers } = await followed();
    data.book(100, 7);
    data.confirms(bookOf(100, 7));
    await timers.advance(20_000);
    expect(top()).toMatchObject({ bidTicks: 100, stale: false });
    expect(data.questions).toBeLessThan(12);
  });

  it.each<[string, (data: ScriptedData) => void]>([
    ['does not answer', () => undefined],
    ['is answered for by a memory', (data) => data.confirms(bookOf(100, 7), true)],
    ['answers with an older book', (data) => data.confirms(bookOf(90, 6))],
  ])('whose venue %s goes stale', async (_, answer) => {
    const { data, top, timers } = await followed();
    data.book(100, 7);
    answer(data);
    await timers.advance(6_000);
    expect([data.questions > 0, top()]).toMatchObject([true, { bidTicks: 100, stale: true }]);
  });

  it('is not kept alive by answers while its stream is known to be away', async () => {
    const { data, top, timers } = await followed();
    data.book(100, 7);
    data.stream('BOOK', 'DOWN');
    data.confirms(bookOf(100, 8));
    await timers.advance(10_000);
    expect([data.questions, top()]).toEqual([0, null]);
  });

  it('of a venue that does not answer is asked for ever more rarely', async () => {
    const { data, timers } = await followed();
    for (let minute = 0; minute < 5; minute += 1) {
      data.book(100);
      await timers.advance(35_000);
    }
    expect(data.questions).toBeLessThan(8);
  });
});

it('nothing is heard of after the last follower has gone', async () => {
  const { data, markets, timers } = await followed();
  const late = data.open.get('BOOK')!;
  markets.close();
  late({ kind: 'BOOK', complete: true, book: bookOf(100, 1) });
  await timers.advance(60_000);
  expect([data.open.size, markets.topOfBook(SYMBOL), data.subscriptions]).toEqual([0, null, 2]);
});
