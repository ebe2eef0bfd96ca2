import type { EpochMs } from '@sextant/kernel';

/** What the numbers of candles count: 10^-18 of the quote asset in a tick, of the base asset in a lot. */
export interface CandleGrid {
  readonly tickUnits: bigint;
  readonly lotUnits: bigint;
}

/**
 * candle: [openTime, closeTime), closeTime = the next openTime; base volume; UTC, weeks from Monday. A bar without trades
 * is not there, unless it was asked for: then it is `synthetic`.
 */
export interface Candle {
  openTime: EpochMs;
  closeTime: EpochMs;
  openTicks: number;
  highTicks: number;
  lowTicks: number;
  closeTicks: number;
  volumeLots: number;
  /** Null where the source does not say. */
  trades: number | null;
  /** Nothing is added to it any more. */
  closed: boolean;
  /** Made up from the close before it, because no trade was made. */
  synthetic: boolean;
}

/** Where candles come from; where two of them have a bar, the one that stands first here is told. */
export const candleSources = ['VENUE', 'IMPORT', 'TRADES'] as const;

/** VENUE: its own bars. IMPORT: out of a file. TRADES: built here from its public trades. */
export type CandleSource = (typeof candleSources)[number];
