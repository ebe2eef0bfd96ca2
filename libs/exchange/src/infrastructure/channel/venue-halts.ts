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
  /** The last one of every venue; it may have ended. */
  abstract load(): Promise<VenueHalt[]>;

  /** Keeps the later end where the venue is halted already. */
  abstract store(halt: VenueHalt): Promise<void>;
}

/** Forgets everything with the process: for tests, tools and benches. */
export class InMemoryVenueHalts extends VenueHalts {
  private readonly halts = new Map<string, VenueHalt>();

  async load(): Promise<VenueHalt[]> {
    return [...this.halts.values()];
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
