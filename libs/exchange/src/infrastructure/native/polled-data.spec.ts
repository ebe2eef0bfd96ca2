import { ManualClock, ManualTimers } from '@sextant/platform';
import { confirmed, unknown } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type {
  DataChannel,
  VenueBook,
  VenueCandle,
  VenueDataEvent,
  VenueTicker,
  VenueTrade,
} from '../../domain/venue-market-data.js';
import { PolledData } from './polled-data.js';

const evidence = { kind: 'VENUE_ANSWER' as const, detail: {}, at: 0 };
const symbol = 'BTC/IRR';

/** A venue's answers as a test sets them. */
class Data {
  lost = false;
  breaks = false;
  asks: VenueBook['asks'] = [[10, 1]];
  told: VenueTrade[] = [];
  volume = '1';
  readonly ranges: unknown[] = [];

  orderBook(): Promise<GatewayOutcome<VenueBook>> {
    return this.answer({ symbol, sequence: null, bids: [[9, 1]], asks: this.asks, asOf: 5 });
  }

  tickers(): Promise<GatewayOutcome<VenueTicker[]>> {
    const sizes = { bidLots: null, askLots: null, lastTicks: null };
    return this.answer([{ symbol, bidTicks: 9, askTicks: 10, asOf: 5, ...sizes }]);
  }

  trades(): Promise<GatewayOutcome<VenueTrade[]>> {
    return this.answer(this.told);
  }

  candles(_symbol: string, _interval: string, range: object): Promise<GatewayOutcome<VenueCandle[]>> {
    this.ranges.push(range);
    const prices = { open: '1', high: '1', low: '1', close: '1', volume: this.volume };
    return this.answer([{ openTime: 0, closeTime: 60_000, trades: null, closed: false, ...prices }]);
  }

  private answer<T>(value: T): Promise<GatewayOutcome<T>> {
    if (this.breaks) return Promise.reject(new TypeError('nothing foresaw this'));
    const lost = unknown({ code: 'TIMEOUT', detail: 'no answer' }, evidence);
    return Promise.resolve(this.lost ? lost : confirmed(value, evidence));
  }
}

async function poll(channel: DataChannel) {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const data = new Data();
  const told: string[] = [];
  const listener = (event: VenueDataEvent): void => {
    told.push(event.kind === 'STREAM' ? event.state : event.kind);
  };
  const subscription = new PolledData(data, channel, listener, timers, 1_000, () => clock.now());
  await new Promise(setImmediate);
  return { timers, data, told, subscription, clock };
}

function trade(venueTradeId: string): VenueTrade {
  return { venueTradeId, symbol, priceTicks: 10, lots: 1, aggressor: null, executedAt: 0 };
}

it('says UP with the first answer, tells a book when it is another one, and DOWN once', async () => {
  const { timers, data, told } = await poll({ channel: 'BOOK', symbol, depth: 5 });
  await timers.advance(2_000);
  expect(told).toEqual(['UP', 'BOOK']);
  data.asks = [[10, 2]];
  await timers.advance(1_000);
  data.lost = true;
  await timers.advance(3_000);
  expect(told).toEqual(['UP', 'BOOK', 'BOOK', 'DOWN']);
  data.lost = false;
  await timers.advance(1_000);
  expect(told.slice(4)).toEqual(['UP', 'BOOK']);
});

it('tells each trade once, and a candle whenever it changes', async () => {
  const trades = await poll({ channel: 'TRADES', symbol });
  trades.data.told = [trade('1'), trade('2')];
  await trades.timers.advance(1_000);
  trades.data.told = [trade('2'), trade('3')];
  await trades.timers.advance(2_000);
  expect(trades.told).toEqual(['UP', 'TRADE', 'TRADE', 'TRADE']);
  const candles = await poll({ channel: 'CANDLES', symbol, interval: '1m' });
  await candles.timers.advance(1_000);
  candles.data.volume = '2';
  await candles.timers.advance(2_000);
  expect(candles.told).toEqual(['UP', 'CANDLE', 'CANDLE']);
  expect(candles.data.ranges.at(-1)).toMatchObject({ from: 0, to: candles.clock.now() + 1 });
});

it('tells nothing after it has ended', async () => {
  const { timers, told, subscription } = await poll({ channel: 'TICKER', symbol });
  expect(told).toEqual(['UP', 'TICKER']);
  subscription.end();
  await timers.advance(10_000);
  expect(told).toHaveLength(2);
  expect(timers.armed).toBe(0);
});

it('says DOWN when asking breaks, and goes on', async () => {
  const { timers, data, told } = await poll({ channel: 'BOOK', symbol, depth: 5 });
  data.breaks = true;
  await timers.advance(2_000);
  data.breaks = false;
  await timers.advance(1_000);
  expect(told).toEqual(['UP', 'BOOK', 'DOWN', 'UP', 'BOOK']);
});
