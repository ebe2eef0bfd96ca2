import type { AggregateTrade, TapedTrade, TradeTape } from './trade-tape.js';

export interface TapeWindow {
  fromId: number | null;
  from: number | null;
  to: number | null;
  limit: number;
}

/** Oldest first: from an id on, or the newest. */
export function tradesFrom(tape: TradeTape, fromId: number | null, limit: number): TapedTrade[] {
  if (fromId === null) return tape.trades.slice(-limit);
  const start = tape.trades.findIndex((trade) => trade.tradeId >= fromId);
  return start === -1 ? [] : tape.trades.slice(start, start + limit);
}

/** The venue's way of paging by time: with a start the oldest from there, without one the newest up to the end. */
export function aggregatesFrom(tape: TradeTape, window: TapeWindow): AggregateTrade[] {
  const { fromId, from, to, limit } = window;
  const inWindow = tape.aggregates.filter(
    (trade) =>
      (fromId === null || trade.id >= fromId) &&
      (from === null || trade.at >= from) &&
      (to === null || trade.at <= to),
  );
  return fromId === null && from === null ? inWindow.slice(-limit) : inWindow.slice(0, limit);
}
