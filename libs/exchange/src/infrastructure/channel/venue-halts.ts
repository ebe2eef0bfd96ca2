import type { EpochMs } from '@sextant/kernel';

/** Until when a venue must not be called, and why; `until` is by this machine's clock. */
export interface VenueHalt {
  venue: string;
  until: EpochMs;
  reason: string;
  /** The status that the venue answered. */
  status: number;
  haltedAt: EpochMs;
}

/** Where halts are kept over restarts. Taking one away by hand lifts it. */
export abstract class VenueHalts {
  /** Those that have not ended at `now`. */
  abstract load(now: EpochMs): Promise<VenueHalt[]>;

  /** Keeps the later end where the venue is halted already. */
  abstract store(halt: VenueHalt): Promise<void>;
}

/** Forgets everything with the process: for tests, tools and benches. */
export class InMemoryVenueHalts extends VenueHalts {
  private readonly halts = new Map<string, VenueHalt>();

  async load(now: EpochMs): Promise<VenueHalt[]> {
    return [...this.halts.values()].filter(({ until }) => until > now);
  }

  async store(halt: VenueHalt): Promise<void> {
    const known = this.halts.get(halt.venue);
    if (known === undefined || known.until < halt.until) this.halts.set(halt.venue, halt);
  }

  /** What a person does who takes the row away. */
  lift(venue: string): void {
    this.halts.delete(venue);
  }
}
