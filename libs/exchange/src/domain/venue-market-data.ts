import type { EpochMs, Side } from '@sextant/kernel';
import type { GatewayOutcome } from './gateway-outcome.js';

export type CandleInterval =
  | '1s'
  | '1m'
  | '3m'
  | '5m'
  | '15m'
  | '30m'
  | '1h'
  | '2h'
  | '4h'
  | '6h'
  | '8h'
  | '12h'
  | '1d'
  | '3d'
  | '1w'
  | '1M';

/** Prices and volume as plain decimal text: old candles need not lie on today's tick grid. `volume` is in base. */
export interface VenueCandle {
  openTime: EpochMs;
  closeTime: EpochMs;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  /** Null when the venue does not say. */
  trades: number | null;
  closed: boolean;
}

export interface VenueTrade {
  venueTradeId: string;
  symbol: string;
  priceTicks: number;
  lots: number;
  /** Null when the venue does not say. */
  aggressor: Side | null;
  executedAt: EpochMs;
}

/** A price and the size there, in ticks and lots. Size 0 removes the level. */
export type BookLevel = readonly [ticks: number, lots: number];

/** `sequence` is the venue's own number of the last change contained; null when it has none. */
export interface VenueBook {
  symbol: string;
  sequence: number | null;
  bids: readonly BookLevel[];
  asks: readonly BookLevel[];
  asOf: EpochMs;
}

/** What the venue does not say is null. */
export interface VenueTicker {
  symbol: string;
  bidTicks: number | null;
  bidLots: number | null;
  askTicks: number | null;
  askLots: number | null;
  lastTicks: number | null;
  asOf: EpochMs;
}

export type DataChannel =
  | { channel: 'TRADES'; symbol: string }
  | { channel: 'BOOK'; symbol: string; depth: number }
  | { channel: 'TICKER'; symbol: string }
  | { channel: 'CANDLES'; symbol: string; interval: CandleInterval };

/**
 * STREAM tells what became of the subscription itself: UP once values flow (after a loss: a fresh snapshot follows),
 * DOWN when the connection is lost or silent past its deadline; it is then being made anew.
 */
export type VenueDataEvent =
  | { kind: 'TRADE'; trade: VenueTrade }
  | { kind: 'BOOK'; complete: boolean; book: VenueBook }
  | { kind: 'TICKER'; ticker: VenueTicker }
  | { kind: 'CANDLE'; symbol: string; interval: CandleInterval; candle: VenueCandle }
  | { kind: 'STREAM'; state: 'UP' | 'DOWN'; detail: string };

/** A venue's public data. No call rejects for anything a venue does. */
export abstract class VenueMarketData {
  /** Oldest first; `from` inclusive, `to` exclusive. A page of at most `limit`. */
  abstract candles(
    symbol: string,
    interval: CandleInterval,
    range: { from: EpochMs; to: EpochMs; limit: number },
  ): Promise<GatewayOutcome<VenueCandle[]>>;

  abstract orderBook(symbol: string, depth: number): Promise<GatewayOutcome<VenueBook>>;

  /** The latest trades, oldest first. */
  abstract trades(symbol: string, limit: number): Promise<GatewayOutcome<VenueTrade[]>>;

  abstract tickers(symbols: readonly string[]): Promise<GatewayOutcome<VenueTicker[]>>;

  /** By socket where the venue has one, else polled. Returns the function that ends the subscription. */
  abstract subscribe(channel: DataChannel, listener: (event: VenueDataEvent) => void): () => void;
}
