import type { VenueTraits } from '../domain/venue-traits.js';
import type { ConformanceWorld } from './conformance-world.js';

/** What only some fixtures can do. */
export type Need = 'tradeThrough' | 'moveTo' | 'loseNext' | 'passTime' | 'marketData';

/** One thing that every adapter must do, whatever the venue. A case throws when it does not. */
export interface ConformanceCase {
  name: string;
  /** It trades: not run against a real account. */
  trades?: boolean;
  /** It makes the venue refuse, or asks for more than the account has: not run against a real account. */
  provokes?: boolean;
  /** Skipped, and said so, where the fixture does not have it. */
  needs?: Need | readonly Need[];
  /** What the venue does not have of what the case is about, by its traits; null when it has it. Skipped as above. */
  lacks?(traits: VenueTraits): string | null;
  run(world: ConformanceWorld): Promise<void>;
}
