import type { ConformanceWorld } from './conformance-world.js';

/** One thing that every adapter must do, whatever the venue. A case throws when it does not. */
export interface ConformanceCase {
  name: string;
  /** It trades: not run against a real account. */
  trades?: boolean;
  /** It makes the venue refuse, or asks for more than the account has: not run against a real account. */
  provokes?: boolean;
  /** Skipped, and said so, where the fixture does not have it. */
  needs?: 'tradeThrough' | 'marketData';
  run(world: ConformanceWorld): Promise<void>;
}
