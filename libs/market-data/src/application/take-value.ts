import type { BookLevel, VenueBook, VenueDataEvent, VenueTicker, VenueTrade } from '@sextant/exchange';
import type { EpochMs, Instrument } from '@sextant/kernel';
import type { BookChange, Trade } from '../domain/market-events.js';
import type { MarketState } from './market-state.js';

/** More levels of one side than any subscription asks for. */
const MOST_LEVELS = 5_000;

/** More than any venue shows: a book that grows past it is made up, and fills the memory. */
const MOST_KEPT = 20_000;

/** The market that values are for; it tells its listeners what they changed. */
export interface ValueTaker {
  readonly instrument: Instrument;
  readonly state: MarketState;
  change(apply: (state: MarketState) => BookChange | null): void;
  trade(trade: Trade): void;
  /** What changed was not the book alone. */
  changed(): void;
}

/** Takes what a venue said of a market. What is malformed, old or repeated is counted and reaches nobody. */
export function takeValue(market: ValueTaker, event: VenueDataEvent, now: EpochMs): void {
  switch (event.kind) {
    case 'BOOK':
      if (event.complete) takeBook(market, event.book, now);
      else takeUpdate(market, event.book, now);
      return;
    case 'TRADE':
      return takeTrade(market, event.trade);
    case 'TICKER':
      return takeTicker(market, event.ticker, now);
    case 'STREAM':
      if (event.state === 'UP') return;
      market.state.lose();
      return market.changed();
    case 'CANDLE':
      return;
  }
}

function takeBook(market: ValueTaker, book: VenueBook, receivedAt: EpochMs): void {
  const { state } = market;
  const bids = sidePairs(book.bids, -1);
  const asks = sidePairs(book.asks, 1);
  if (bids === null || asks === null || !isOf(market, book.symbol)) return state.refuse('depth', 'MALFORMED');
  const sequence = book.sequence ?? state.book.sequence + 1;
  if (!isCount(sequence)) return state.refuse('depth', 'MALFORMED');
  if (state.book.inSequence && sequence < state.book.sequence) return state.refuse('depth', 'OUT_OF_ORDER');
  market.change(() => state.onBook({ symbol: book.symbol, sequence, bids, asks, receivedAt }));
}

/** A change of the book. Where the venue numbers its changes none may be missing, else the order they came in holds. */
function takeUpdate(market: ValueTaker, book: VenueBook, receivedAt: EpochMs): void {
  const { state } = market;
  const bids = changedPairs(book.bids);
  const asks = changedPairs(book.asks);
  const id = book.sequence ?? state.book.sequence + 1;
  if (bids === null || asks === null || !isOf(market, book.symbol) || !isCount(id)) {
    state.refuse('depth', 'MALFORMED');
    // What it would have changed is not known.
    state.lose();
    return market.changed();
  }
  if (state.book.inSequence && id <= state.book.sequence) return state.refuse('depth', 'OUT_OF_ORDER');
  const update = { symbol: book.symbol, firstId: id, lastId: id, bids, asks, receivedAt };
  const before = state.book.inSequence;
  market.change(() => state.onUpdate(update));
  if (Math.max(state.book.bids.size, state.book.asks.size) > MOST_KEPT) {
    state.refuse('depth', 'MALFORMED');
    state.lose();
  }
  if (before && !state.book.inSequence) market.changed();
}

function takeTrade(market: ValueTaker, trade: VenueTrade): void {
  const { venueTradeId, symbol, priceTicks, lots, aggressor, executedAt } = trade;
  if (!isOf(market, symbol) || !isCount(priceTicks) || !isCount(lots) || venueTradeId.length > 100) {
    return market.state.refuse('trade', 'MALFORMED');
  }
  if (market.state.trades.has(venueTradeId)) return market.state.refuse('trade', 'REPEATED');
  market.trade({ symbol, tradeId: venueTradeId, priceTicks, lots, aggressor, executedAt });
}

/** The best prices stand in for a book where there is none. */
function takeTicker(market: ValueTaker, ticker: VenueTicker, now: EpochMs): void {
  const { state } = market;
  if (state.book.inSequence) return;
  const { bidTicks, askTicks, bidLots, askLots } = ticker;
  if (bidTicks === null || askTicks === null) return;
  if (!isOf(market, ticker.symbol) || !isCount(bidTicks) || !isCount(askTicks)) {
    return state.refuse('ticker', 'MALFORMED');
  }
  state.onQuote({ bidTicks, askTicks, bidLots: bidLots ?? 0, askLots: askLots ?? 0 }, now);
  market.changed();
}

function isOf(market: ValueTaker, symbol: string): boolean {
  return market.instrument.symbol.toString() === symbol;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

/** Best first, each level once, none empty; null when the side is not like that. */
function sidePairs(levels: readonly BookLevel[], rising: 1 | -1): number[] | null {
  if (levels.length > MOST_LEVELS) return null;
  const pairs: number[] = [];
  let last = 0;
  for (const [ticks, lots] of levels) {
    if (!isCount(ticks) || !isCount(lots) || (last !== 0 && (ticks - last) * rising <= 0)) return null;
    pairs.push(ticks, lots);
    last = ticks;
  }
  return pairs;
}

/** Sizes are absolute, 0 removes the level. */
function changedPairs(levels: readonly BookLevel[]): number[] | null {
  if (levels.length > MOST_LEVELS) return null;
  const pairs: number[] = [];
  for (const [ticks, lots] of levels) {
    if (!isCount(ticks) || (lots !== 0 && !isCount(lots))) return null;
    pairs.push(ticks, lots);
  }
  return pairs;
}
