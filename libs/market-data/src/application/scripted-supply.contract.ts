import type { BookLevel, VenueDataEvent } from '@sextant/exchange';
import { Instrument } from '@sextant/kernel';
import type { InstrumentSpec } from '@sextant/kernel';
import { ManualClock, ManualTimers } from '@sextant/platform';
import type { RefusalReason } from './market-refusals.js';
import type { MarketSupply, SuppliedMarket } from './market-supply.js';
import { VenueMarkets } from './venue-markets.js';

export const SYMBOL = 'BTC/USDT';

export function instrumentOf(changes: Partial<InstrumentSpec> = {}): Instrument {
  return Instrument.load({
    venue: 'KRAKEN',
    symbol: SYMBOL,
    tickSize: '0.01',
    stepSize: '0.00001',
    minPrice: '0.01',
    maxPrice: '1000000',
    minQuantity: '0.00001',
    maxQuantity: '9000',
    minNotional: '5',
    makerFeeRate: '0.001',
    takerFeeRate: '0.001',
    ...changes,
  });
}

/** A venue that tells what a test wants. */
export class ScriptedSupply implements MarketSupply {
  readonly fed = new Map<string, SuppliedMarket>();
  listed: Instrument[] | null = [instrumentOf(), instrumentOf({ symbol: 'ETH/USDT' })];
  asked = 0;
  private sequence = 0;

  async instruments(): Promise<Instrument[]> {
    this.asked += 1;
    if (this.listed === null) throw new Error('out of reach');
    return this.listed;
  }

  begin(market: SuppliedMarket): () => void {
    const symbol = market.instrument.symbol.toString();
    this.fed.set(symbol, market);
    return () => {
      if (this.fed.get(symbol) === market) this.fed.delete(symbol);
    };
  }

  tell(event: VenueDataEvent, symbol = SYMBOL): void {
    this.fed.get(symbol)?.take(event);
  }

  /** A whole book, by default one lot a side. */
  book(bids: number | BookLevel[], asks: number | BookLevel[], sequence = ++this.sequence): void {
    const side = (levels: number | BookLevel[]): BookLevel[] =>
      typeof levels === 'number' ? [[levels, 1]] : levels;
    const book = { symbol: SYMBOL, sequence, bids: side(bids), asks: side(asks), asOf: 0 };
    this.tell({ kind: 'BOOK', complete: true, book });
  }

  change(bids: BookLevel[], asks: BookLevel[], sequence: number | null): void {
    const book = { symbol: SYMBOL, sequence, bids, asks, asOf: 0 };
    this.tell({ kind: 'BOOK', complete: false, book });
  }

  trade(venueTradeId: string, priceTicks: number): void {
    const trade = { venueTradeId, symbol: SYMBOL, priceTicks, lots: 5, aggressor: null, executedAt: 1 };
    this.tell({ kind: 'TRADE', trade });
  }
}

/** Markets of a scripted venue, on a clock that a test moves. */
export function scriptedMarkets(supply = new ScriptedSupply(), mostFollowed = 10) {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const settings = { maxAgeMs: () => 5_000, priceBand: () => 0.3, mostFollowed: () => mostFollowed };
  const refused: RefusalReason[] = [];
  const onRefusal = (_venue: string, reason: RefusalReason): void => void refused.push(reason);
  const markets = new VenueMarkets('KRAKEN', null, { clock, timers, settings, onRefusal }, supply);
  return { clock, timers, supply, refused, markets };
}
