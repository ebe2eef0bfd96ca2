import { plain } from './spot-desk.js';
import type { SpotDesk } from './spot-desk.js';
import type { ListedSymbol } from '../../../apps/venue/src/orders/symbol-table.js';

export interface Candle {
  openTime: number;
  prices: readonly [open: string, high: string, low: string, close: string];
  volume: string;
  quoteVolume: string;
  closed: boolean;
}

export interface PublicTrade {
  id: string;
  price: string;
  quantity: string;
  side: 'BUY' | 'SELL';
  at: number;
}

/** `[price, quantity]`, best first. */
export type Rows = [price: string, quantity: string][];

const MINUTE_MS = 60_000;

/** What a chaos venue tells everybody, in no venue's words. */
export class PublicData {
  constructor(private readonly desk: SpotDesk) {}

  /** The newest up to `limit` of those that open from `from` to `to`, both included, oldest first. */
  async minutes(symbol: string, from: number, to: number, limit: number): Promise<Candle[]> {
    const query = { symbol, interval: '1m', startTime: String(from), endTime: String(to), limit: '1000' };
    const rows = (await this.read('klines', query)) as (string & number)[][];
    return rows.slice(-limit).map(([openTime, open, high, low, close, volume, , quoteVolume]) => ({
      openTime: openTime!,
      prices: [open!, high!, low!, close!],
      volume: volume!,
      quoteVolume: quoteVolume!,
      closed: openTime! + MINUTE_MS <= this.desk.now,
    }));
  }

  /** Oldest first. */
  async trades(symbol: string, limit: number): Promise<PublicTrade[]> {
    const told = await this.read('trades', { symbol, limit: String(limit) });
    const rows = told as { id: number; price: string; qty: string; time: number; isBuyerMaker: boolean }[];
    return rows.map(({ id, price, qty, time, isBuyerMaker }) => ({
      id: String(id),
      price,
      quantity: qty,
      side: isBuyerMaker ? 'SELL' : 'BUY',
      at: time,
    }));
  }

  book({ market }: ListedSymbol, limit: number): { id: number; bids: Rows; asks: Rows } {
    const { bids, asks, lastUpdateId } = this.desk.venue.core.engine.depth(market.symbol, limit);
    return { id: lastUpdateId, bids: rowsOf(market, bids), asks: rowsOf(market, asks) };
  }

  /** Null before the first trade. */
  last({ market }: ListedSymbol): string | null {
    return market.lastTicks === null ? null : plain(BigInt(market.lastTicks) * market.tickUnits);
  }

  private async read(what: string, query: Record<string, string>): Promise<unknown> {
    const url = `${this.desk.venue.url}/api/v3/${what}?${new URLSearchParams(query).toString()}`;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`the chaos venue says ${answer.status} to ${what}`);
    return answer.json();
  }
}

/** Levels of a book or of a change of it. */
export function rowsOf(
  market: ListedSymbol['market'],
  levels: readonly (readonly [ticks: number, lots: number])[],
): Rows {
  return levels.map(([ticks, lots]) => [
    plain(BigInt(ticks) * market.tickUnits),
    plain(market.baseUnits(lots)),
  ]);
}
