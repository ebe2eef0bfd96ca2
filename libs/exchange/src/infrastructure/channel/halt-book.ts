import type { Clock, EpochMs } from '@sextant/kernel';
import type { Logger, Timers } from '@sextant/platform';
import type { ChannelEvents } from './channel-events.js';
import type { VenueHalt, VenueHalts } from './venue-halts.js';

/** Calls that were under way together hear of one ban, each a moment apart. */
const SAME_BAN_MS = 1_000;

interface Held {
  halt: VenueHalt;
  /** The end by the monotonic clock: a wall clock that is set neither ends a ban nor prolongs it. */
  endsMs: number;
  isStored: boolean;
}

interface HaltParts {
  halts: VenueHalts;
  clock: Clock;
  timers: Timers;
  events: ChannelEvents;
  logger: Logger;
  refreshMs: number;
}

/**
 * The bans in force, in memory for every call to look at and in the store for the next start and other
 * processes.
 */
export class HaltBook {
  private readonly held = new Map<string, Held>();
  /** By venue, which end has come: a wall clock that is set back does not bring the ban back. */
  private readonly over = new Map<string, EpochMs>();
  private readonly listeners = new Set<(venue: string) => void>();
  /** False until the stored halts were read: nothing may be sent before. */
  areKnown = false;
  private stopRefreshing: () => void = () => undefined;

  constructor(private readonly parts: HaltParts) {}

  /** Before the first call of any venue. */
  async start(): Promise<void> {
    await this.refresh();
    this.areKnown = true;
    this.stopRefreshing = this.parts.timers.every(this.parts.refreshMs, () => this.refreshOrSay());
  }

  stop(): void {
    this.stopRefreshing();
  }

  /** How long the venue must still be left alone; 0 when it may be called. */
  remainingMs(venue: string): number {
    const held = this.held.get(venue);
    return held === undefined ? 0 : Math.max(0, held.endsMs - this.parts.clock.monotonicMs());
  }

  of(venue: string): { until: EpochMs; reason: string } | null {
    const held = this.held.get(venue);
    return held === undefined || this.remainingMs(venue) === 0
      ? null
      : { until: held.halt.until, reason: held.halt.reason };
  }

  /** In force at once; stored as soon as the store takes it. */
  halt(halt: VenueHalt): void {
    const longerMs = halt.until - (this.of(halt.venue)?.until ?? 0);
    if (longerMs < SAME_BAN_MS) return;
    const { venue, until, reason, status } = halt;
    this.hold(halt, false);
    this.parts.events.record('VenueHalted', { venue, until, reason, status });
    void this.store(halt);
  }

  /** Answers how to stop listening. */
  onChange(listener: (venue: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Takes over what other processes stored, stores what is not stored yet, and lets go of what has ended or
   * was lifted.
   */
  async refresh(): Promise<void> {
    // Only what was stored before the store was read can be missing from it because somebody lifted it.
    const storedBefore = new Set([...this.held.values()].filter(({ isStored }) => isStored));
    const stored = await this.parts.halts.load();
    const venues = new Set(stored.map(({ venue }) => venue));
    for (const [venue, held] of this.held) {
      const wasLifted = storedBefore.has(held) && !venues.has(venue);
      if (this.remainingMs(venue) === 0 || wasLifted) this.release(venue);
      else if (!held.isStored) await this.store(held.halt);
    }
    const now = this.parts.clock.now();
    for (const halt of stored) {
      if (halt.until <= now || halt.until <= (this.over.get(halt.venue) ?? 0)) continue;
      const known = this.held.get(halt.venue);
      if (known === undefined || known.halt.until < halt.until) this.hold(halt, true);
    }
  }

  private hold(halt: VenueHalt, isStored: boolean): void {
    const { clock } = this.parts;
    this.held.set(halt.venue, { halt, endsMs: clock.monotonicMs() + halt.until - clock.now(), isStored });
    this.tell(halt.venue);
  }

  private release(venue: string): void {
    const { until } = this.held.get(venue)!.halt;
    if (this.remainingMs(venue) === 0) this.over.set(venue, until);
    this.held.delete(venue);
    this.parts.events.record('VenueResumed', { venue });
    this.tell(venue);
  }

  private async store(halt: VenueHalt): Promise<void> {
    try {
      await this.parts.halts.store(halt);
      const held = this.held.get(halt.venue);
      if (held?.halt === halt) held.isStored = true;
    } catch (error) {
      this.parts.logger.error('a halt is in force but not stored yet', { venue: halt.venue, error });
    }
  }

  private async refreshOrSay(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.parts.logger.warn('the stored halts could not be read', { error });
    }
  }

  private tell(venue: string): void {
    for (const listener of this.listeners) listener(venue);
  }
}
