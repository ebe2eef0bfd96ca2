import type { Cancel, Timers } from '@sextant/platform';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type {
  DataChannel,
  VenueCandle,
  VenueDataEvent,
  VenueMarketData,
} from '../../domain/venue-market-data.js';
import { remember } from '../ccxt/known-orders.js';

const TRADES = 100;
const CANDLES = 3;
const KEPT_TRADES = 1_000;

type Data = Pick<VenueMarketData, 'candles' | 'orderBook' | 'trades' | 'tickers'>;

/**
 * A subscription to a venue without sockets: the REST call of the channel, asked at intervals. UP with the first answer,
 * DOWN with the first failure after it; nothing old is told again.
 */
export class PolledData {
  private ended = false;
  private up: boolean | null = null;
  private cancel: Cancel = () => undefined;
  private last = '';
  private readonly told = new Map<string, true>();

  constructor(
    private readonly data: Data,
    private readonly channel: DataChannel,
    private readonly listener: (event: VenueDataEvent) => void,
    private readonly timers: Timers,
    private readonly everyMs: number,
    private readonly now: () => number,
  ) {
    void this.poll();
  }

  end(): void {
    this.ended = true;
    this.cancel();
  }

  private async poll(): Promise<void> {
    const answer = await this.ask().catch((error: Error) => error);
    if (this.ended) return;
    if (answer instanceof Error) {
      // Nobody waits for a timer: what nothing foresaw would be the end of the process.
      this.state(false, `${answer.name}: ${answer.message}`);
    } else if (answer.outcome === 'CONFIRMED') {
      this.state(true, 'the venue answers');
      for (const event of answer.value) this.tell(event);
    } else {
      this.state(false, `${answer.reason.code}: ${answer.reason.detail}`);
    }
    if (!this.ended) this.cancel = this.timers.setTimer(this.everyMs, () => this.poll());
  }

  private async ask(): Promise<GatewayOutcome<VenueDataEvent[]>> {
    const { channel, data } = this;
    const { symbol } = channel;
    switch (channel.channel) {
      case 'BOOK':
        return mapped(await data.orderBook(symbol, channel.depth), (book) => [
          { kind: 'BOOK', complete: true, book },
        ]);
      case 'TICKER':
        return mapped(await data.tickers([symbol]), (tickers) =>
          tickers.map((ticker) => ({ kind: 'TICKER', ticker })),
        );
      case 'TRADES':
        return mapped(await data.trades(symbol, TRADES), (trades) =>
          trades.map((trade) => ({ kind: 'TRADE', trade })),
        );
      case 'CANDLES': {
        const range = { from: 0, to: this.now() + 1, limit: CANDLES };
        const { interval } = channel;
        return mapped(await data.candles(symbol, interval, range), (candles) =>
          candles.map((candle) => ({ kind: 'CANDLE', symbol, interval, candle })),
        );
      }
    }
  }

  private tell(event: VenueDataEvent): void {
    const key = keyOf(event);
    if (event.kind === 'BOOK' || event.kind === 'TICKER') {
      if (key === this.last) return;
      this.last = key;
    } else {
      if (this.told.has(key)) return;
      remember(this.told, key, true, KEPT_TRADES);
    }
    this.listener(event);
  }

  private state(up: boolean, detail: string): void {
    if (this.up === up) return;
    this.up = up;
    this.last = '';
    this.listener({ kind: 'STREAM', state: up ? 'UP' : 'DOWN', detail });
  }
}

/** Equal for two events that say the same. */
function keyOf(event: VenueDataEvent): string {
  switch (event.kind) {
    case 'BOOK':
      return JSON.stringify([event.book.bids, event.book.asks, event.book.asOf]);
    case 'TICKER':
      return JSON.stringify(event.ticker);
    case 'TRADE':
      return event.trade.venueTradeId;
    case 'CANDLE':
      return candleKey(event.candle);
    case 'STREAM':
      return event.state;
  }
}

function candleKey({ openTime, open, high, low, close, volume, closed }: VenueCandle): string {
  return [openTime, open, high, low, close, volume, closed].join(' ');
}

function mapped<T, U>(answer: GatewayOutcome<T>, map: (value: T) => U): GatewayOutcome<U> {
  return answer.outcome === 'CONFIRMED' ? { ...answer, value: map(answer.value) } : answer;
}
