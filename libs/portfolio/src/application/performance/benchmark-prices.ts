import type { EpochMs } from '@sextant/kernel';
import type { DailyReturn } from '../../domain/performance/equity-point.js';

/** Past prices of what performance is measured against. */
export abstract class BenchmarkPrices {
  /**
   * Daily returns of a market at a venue, close to close, of the UTC days in [from, to); null when the venue has no such
   * history, or does not tell it now.
   */
  abstract dailyReturns(
    venue: string,
    symbol: string,
    from: EpochMs,
    to: EpochMs,
  ): Promise<DailyReturn[] | null>;
}
