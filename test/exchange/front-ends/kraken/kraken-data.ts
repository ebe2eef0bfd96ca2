import type { MarketFloor } from '../market-floor.js';
import { KrakenError, PAIR, seconds } from './kraken-terms.js';

type Kline = [number, string, string, string, string, string, number, string, number];
interface PublicTrade {
  id: number;
  price: string;
  qty: string;
  time: number;
  isBuyerMaker: boolean;
}
type Day = Record<'lastPrice' | 'lastQty' | 'bidPrice' | 'askPrice' | 'volume', string> &
  Record<'weightedAvgPrice' | 'highPrice' | 'lowPrice' | 'openPrice', string> & { count: number };

/** Public calls. */
export class KrakenData {
  constructor(private readonly floor: MarketFloor) {}

  time(): object {
    const at = this.floor.now();
    return { unixtime: Math.floor(at / 1_000), rfc1123: new Date(at).toUTCString() };
  }

  pairs(): object {
    const { maker, taker } = this.floor.grid.fees;
    return {
      [PAIR.id]: {
        ...{ altname: PAIR.altname, wsname: PAIR.wsname, aclass_base: 'currency', base: 'XXBT' },
        ...{ aclass_quote: 'currency', quote: 'ZUSD', lot: 'unit', cost_decimals: 5, pair_decimals: 1 },
        ...{ lot_decimals: 8, lot_multiplier: 1, leverage_buy: [], leverage_sell: [] },
        fees: [[0, Number(taker) * 100]],
        fees_maker: [[0, Number(maker) * 100]],
        ...{ fee_volume_currency: 'ZUSD', margin_call: 80, margin_stop: 40, ordermin: '0.00005' },
        ...{ costmin: '0.5', tick_size: '0.1', status: 'online', execution_venue: 'international' },
      },
    };
  }

  depth(query: URLSearchParams): object {
    needPair(query);
    const { bids, asks } = this.floor.depth(Number(query.get('count') ?? 100));
    const at = Math.floor(this.floor.now() / 1_000);
    const rows = (levels: [string, string][]) =>
      levels.map(([price, size]) => [...inDigits(price, size), at]);
    return { [PAIR.id]: { asks: rows(asks), bids: rows(bids) } };
  }

  async trades(query: URLSearchParams): Promise<object> {
    needPair(query);
    const limit = query.get('count') ?? 1_000;
    const told = await this.floor.ask<PublicTrade[]>('/api/v3/trades', { limit });
    const rows = told.map(({ id, price, qty, time, isBuyerMaker }) => [
      ...[price.slice(0, -3), qty, seconds(time), isBuyerMaker ? 's' : 'b', 'l', '', id],
    ]);
    return { [PAIR.id]: rows, last: String((told.at(-1)?.time ?? 0) * 1_000_000) };
  }

  /** Whatever the end that was asked for, up to now and at most 720. */
  async candles(query: URLSearchParams): Promise<object> {
    needPair(query);
    const minutes = Number(query.get('interval') ?? 1);
    const interval = minutes < 60 ? `${minutes}m` : `${minutes / 60}h`;
    const startTime = Number(query.get('since') ?? 0) * 1_000 + 1;
    const told = await this.floor.ask<Kline[]>('/api/v3/klines', { interval, startTime, limit: 720 });
    const rows = told.map(([openTime, open, high, low, close, volume, , quote, count]) => [
      ...[openTime / 1_000, ...[open, high, low, close].map((price) => price.slice(0, -7))],
      ...[(Number(volume) > 0 ? Number(quote) / Number(volume) : 0).toFixed(1), volume, count],
    ]);
    return { [PAIR.id]: rows, last: Math.floor((told.at(-1)?.[0] ?? 0) / 1_000) };
  }

  async tickers(query: URLSearchParams): Promise<object> {
    if (query.has('pair')) needPair(query);
    const day = await this.floor.ask<Day>('/api/v3/ticker/24hr');
    const twice = (text: string) => [text, text];
    return {
      [PAIR.id]: {
        a: [day.askPrice.slice(0, -3), '1', '1.000'],
        b: [day.bidPrice.slice(0, -3), '1', '1.000'],
        c: [day.lastPrice.slice(0, -3), day.lastQty],
        v: twice(day.volume),
        p: twice(day.weightedAvgPrice.slice(0, -3)),
        t: [day.count, day.count],
        l: twice(day.lowPrice.slice(0, -3)),
        h: twice(day.highPrice.slice(0, -3)),
        o: day.openPrice.slice(0, -3),
      },
    };
  }
}

/** Prices with five digits, sizes with three, as this one call has them. */
function inDigits(price: string, size: string): [string, string] {
  return [price.slice(0, -3), size.slice(0, -5)];
}

function needPair(query: URLSearchParams): void {
  const pair = query.get('pair');
  if (pair !== PAIR.id && pair !== PAIR.altname) throw new KrakenError('EQuery:Unknown asset pair');
}
