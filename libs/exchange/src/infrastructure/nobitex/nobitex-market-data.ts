import { hash } from 'node:crypto';
import type { EpochMs } from '@sextant/kernel';
import type { Timers } from '@sextant/platform';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { VenueMarketData } from '../../domain/venue-market-data.js';
import type {
  BookLevel,
  CandleInterval,
  DataChannel,
  VenueBook,
  VenueCandle,
  VenueDataEvent,
  VenueTicker,
  VenueTrade,
} from '../../domain/venue-market-data.js';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { fieldsOf, listOf, lotsOf, textOf, ticksOf } from '../ccxt/exact-values.js';
import { readCandle } from '../ccxt/market-values.js';
import type { Markets, NativeMarket } from '../native/markets.js';
import type { NativeCall, NativeClient } from '../native/native-client.js';
import { plainDecimal } from '../native/plain-decimal.js';
import { PolledData } from '../native/polled-data.js';
import { namesOf } from './nobitex-names.js';
import { WEIGHTS } from './nobitex-traits.js';
import { millisOf } from './nobitex-values.js';

/** The venue's days are those of Tehran, half past three hours before UTC's: no candle of a day or more fits ours. */
const RESOLUTIONS: Readonly<Partial<Record<CandleInterval, [resolution: string, seconds: number]>>> = {
  '1m': ['1', 60],
  '5m': ['5', 300],
  '15m': ['15', 900],
  '30m': ['30', 1_800],
  '1h': ['60', 3_600],
  '4h': ['240', 14_400],
  '6h': ['360', 21_600],
  '12h': ['720', 43_200],
};
const MOST_CANDLES = 500;
/** Within each limit with one subscription of each channel; the book is cached at the venue for about a second. */
const POLL_MS: Readonly<Record<DataChannel['channel'], number>> = {
  BOOK: 2_000,
  TRADES: 5_000,
  TICKER: 10_000,
  CANDLES: 10_000,
};

/** Nobitex by REST; sizes and prices in steps of its own options. */
export class NobitexMarketData extends VenueMarketData {
  constructor(
    private readonly client: NativeClient,
    private readonly markets: () => Promise<GatewayOutcome<Markets>>,
    private readonly timers: Timers,
  ) {
    super();
  }

  async candles(
    symbol: string,
    interval: CandleInterval,
    { from, to, limit }: { from: EpochMs; to: EpochMs; limit: number },
  ): Promise<GatewayOutcome<VenueCandle[]>> {
    const [resolution, seconds] = RESOLUTIONS[interval] ?? [];
    if (resolution === undefined || seconds === undefined) {
      return this.client.notSent(
        'UNSUPPORTED',
        `Nobitex tells no ${interval} candles that begin as ours do.`,
      );
    }
    const most = Math.min(limit, MOST_CANDLES);
    const newest = Math.min(to, this.client.venueNow() + seconds * 1_000);
    // A page is the latest of a range, so the range asked for is no longer than a page.
    const end = from === 0 ? newest : Math.min(newest, from + most * seconds * 1_000);
    const start = from === 0 ? newest - most * seconds * 1_000 : from;
    const query = `resolution=${resolution}&from=${Math.floor(start / 1_000)}&to=${Math.ceil(end / 1_000)}`;
    return this.of(symbol, ({ wireName }) => ({
      ...get(`/market/udf/history?symbol=${wireName}&${query}`, WEIGHTS.candles),
      read: (json) =>
        readCandles(json, interval, seconds, this.client.venueNow())
          .filter(({ openTime }) => openTime >= from && openTime < to)
          .slice(0, most),
    }));
  }

  orderBook(symbol: string, depth: number): Promise<GatewayOutcome<VenueBook>> {
    return this.of(symbol, (market) => ({
      ...get(`/v3/orderbook/${market.wireName}`, WEIGHTS.orderBook),
      read: (json) => readBook(json, market, depth),
    }));
  }

  trades(symbol: string, limit: number): Promise<GatewayOutcome<VenueTrade[]>> {
    return this.of(symbol, (market) => ({
      ...get(`/v2/trades/${market.wireName}`, WEIGHTS.trades),
      read: (json) => readTrades(json, market).slice(-limit),
    }));
  }

  async tickers(symbols: readonly string[]): Promise<GatewayOutcome<VenueTicker[]>> {
    const markets = await this.markets();
    if (markets.outcome !== 'CONFIRMED') return markets;
    const asked = symbols.map((symbol) => markets.value.of(symbol)).filter((market) => market !== null);
    if (asked.length < symbols.length || asked.length === 0) {
      return this.client.notSent('UNKNOWN_SYMBOL', 'Nobitex has no market of one of these names.');
    }
    const names = asked.map(({ wireName }) => namesOf(wireName)!);
    const src = [...new Set(names.map((name) => name.src))].join(',');
    const dst = [...new Set(names.map((name) => name.dst))].join(',');
    return this.client.ask({
      ...get(`/market/stats?srcCurrency=${src}&dstCurrency=${dst}`, WEIGHTS.stats),
      read: (json) => readTickers(json, asked, this.client.venueNow()),
    });
  }

  subscribe(channel: DataChannel, listener: (event: VenueDataEvent) => void): () => void {
    const every = POLL_MS[channel.channel];
    const now = (): EpochMs => this.client.venueNow();
    const subscription = new PolledData(this, channel, listener, this.timers, every, now);
    return () => subscription.end();
  }

  private async of<T>(
    symbol: string,
    call: (market: NativeMarket) => NativeCall<T>,
  ): Promise<GatewayOutcome<T>> {
    const markets = await this.markets();
    if (markets.outcome !== 'CONFIRMED') return markets;
    const market = markets.value.of(symbol);
    if (market !== null) return this.client.ask(call(market));
    return this.client.notSent('UNKNOWN_SYMBOL', `Nobitex has no ${symbol} that can be counted exactly.`);
  }
}

function get(path: string, weight: number): Pick<NativeCall<unknown>, 'intent' | 'draft'> {
  return {
    intent: { class: 'DATA', bucket: 'marketData', weight, idempotentRead: true },
    draft: { method: 'GET', path, body: null },
  };
}

/** Both sides from the best on. */
function readBook(json: unknown, market: NativeMarket, depth: number): VenueBook {
  const told = fieldsOf(json, 'book');
  return {
    symbol: market.instrument.symbol.toString(),
    sequence: null,
    bids: readSide(told['bids'], market, -1).slice(0, depth),
    asks: readSide(told['asks'], market, 1).slice(0, depth),
    asOf: millisOf(told['lastUpdate'], 'lastUpdate'),
  };
}

function readSide(levels: unknown, { instrument }: NativeMarket, away: 1 | -1): BookLevel[] {
  const read = listOf(levels, 'levels').map((level): BookLevel => {
    const [price, amount] = listOf(level, 'level', 4);
    return [
      ticksOf(plainDecimal(price, 'price'), instrument, 'price'),
      lotsOf(plainDecimal(amount, 'amount'), instrument, 'amount'),
    ];
  });
  read.forEach(([ticks], index) => {
    if (index > 0 && (ticks - read[index - 1]![0]) * away <= 0) {
      throw new UnreadableAnswer('the levels of the book are not in order');
    }
  });
  return read.filter(([, lots]) => lots > 0);
}

/**
 * The venue's trades have no id: one is known by its time, price, size and side, and by how many equal ones are older.
 * Its `type` is not documented to be the taker's.
 */
function readTrades(json: unknown, { instrument }: NativeMarket): VenueTrade[] {
  const seen = new Map<string, number>();
  const rows = listOf(fieldsOf(json, 'answer')['trades'], 'trades').map((row) => fieldsOf(row, 'trade'));
  const trades = rows.map((row) => {
    const executedAt = millisOf(row['time'], 'time');
    const price = plainDecimal(row['price'], 'price');
    const volume = plainDecimal(row['volume'], 'volume');
    return { executedAt, price, volume, type: textOf(row['type'], 'type', 10) };
  });
  trades.sort((one, other) => one.executedAt - other.executedAt);
  return trades
    .map(({ executedAt, price, volume, type }): VenueTrade => {
      const content = `${executedAt} ${price} ${volume} ${type}`;
      const nth = (seen.get(content) ?? 0) + 1;
      seen.set(content, nth);
      return {
        venueTradeId: hash('sha256', `${content} ${nth}`, 'hex').slice(0, 24),
        symbol: instrument.symbol.toString(),
        priceTicks: ticksOf(price, instrument, 'price'),
        lots: lotsOf(volume, instrument, 'volume'),
        aggressor: null,
        executedAt,
      };
    })
    .filter(({ lots }) => lots > 0);
}

/** Arrays of one length, times in seconds; oldest first. */
function readCandles(json: unknown, interval: CandleInterval, seconds: number, now: EpochMs): VenueCandle[] {
  const told = fieldsOf(json, 'candles');
  if (told['s'] === 'no_data') return [];
  const columns = ['t', 'o', 'h', 'l', 'c', 'v'].map((name) => listOf(told[name], name));
  const times = columns[0]!;
  if (columns.some(({ length }) => length !== times.length)) {
    throw new UnreadableAnswer('the columns of the candles differ in length');
  }
  return times
    .map((time, row) => {
      if (!Number.isSafeInteger(time) || (time as number) % seconds !== 0) {
        throw new UnreadableAnswer('a candle that does not begin as ours do');
      }
      const values = columns.slice(1).map((column) => plainDecimal(column[row], 'candle'));
      return readCandle([(time as number) * 1_000, ...values], interval, now);
    })
    .sort((one, other) => one.openTime - other.openTime);
}

/** The venue tells neither sizes nor a time: what it answers is as of now. */
function readTickers(json: unknown, asked: readonly NativeMarket[], asOf: EpochMs): VenueTicker[] {
  const stats = fieldsOf(fieldsOf(json, 'answer')['stats'], 'stats');
  return asked.flatMap(({ instrument, wireName }) => {
    const { src, dst } = namesOf(wireName)!;
    const row = stats[`${src}-${dst}`];
    if (row === undefined) return [];
    const told = fieldsOf(row, 'stats');
    if (told['isClosed'] === true) return [];
    const ticks = (field: string): number | null => {
      const text = plainDecimal(told[field], field);
      return text === '0' ? null : ticksOf(text, instrument, field);
    };
    const prices = { bidTicks: ticks('bestBuy'), askTicks: ticks('bestSell'), lastTicks: ticks('latest') };
    return [{ symbol: instrument.symbol.toString(), bidLots: null, askLots: null, asOf, ...prices }];
  });
}
