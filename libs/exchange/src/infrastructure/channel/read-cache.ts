import type { Clock } from '@sextant/kernel';
import type { Metrics } from '@sextant/platform';
import type { Evidence, GatewayOutcome } from '../../domain/gateway-outcome.js';

/** How old an answer may be that is given without asking, and one that is given because asking failed. */
export interface CacheAges {
  freshMs: number;
  staleMs: number;
}

interface Entry {
  value: unknown;
  evidence: Evidence;
  takenMs: number;
}

const MOST_ENTRIES = 2_000;

/**
 * Public reads of one venue, kept for a while. Several callers of one key ask the venue once; while it cannot be asked,
 * its last answer is given, marked stale.
 */
export class ReadCache {
  private readonly entries = new Map<string, Entry>();
  private readonly underWay = new Map<string, Promise<GatewayOutcome<unknown>>>();

  constructor(
    private readonly venue: string,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** A `key` always stands for one type of value. */
  async read<T>(
    key: string,
    { freshMs, staleMs }: CacheAges,
    load: () => Promise<GatewayOutcome<T>>,
  ): Promise<GatewayOutcome<T>> {
    const entry = this.entries.get(key);
    if (entry !== undefined && this.ageMs(entry) <= freshMs) return this.given<T>(entry, 'fresh');
    const outcome = await this.ask(key, load);
    if (outcome.outcome === 'CONFIRMED') {
      const kept = this.entries.get(key);
      return this.given<T>(kept ?? this.entryOf(outcome.value, outcome.evidence), 'venue');
    }
    if (entry !== undefined && this.ageMs(entry) <= staleMs) return this.given<T>(entry, 'stale');
    return outcome;
  }

  /** The next read of the key asks the venue: what it stood for was changed. */
  forget(key: string): void {
    this.entries.delete(key);
  }

  private ask<T>(key: string, load: () => Promise<GatewayOutcome<T>>): Promise<GatewayOutcome<T>> {
    const running = this.underWay.get(key) as Promise<GatewayOutcome<T>> | undefined;
    if (running !== undefined) return running;
    const asked = load()
      .then((outcome) => {
        if (outcome.outcome === 'CONFIRMED') this.keep(key, this.entryOf(outcome.value, outcome.evidence));
        return outcome;
      })
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, asked);
    return asked;
  }

  private keep(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size <= MOST_ENTRIES) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  private entryOf(value: unknown, evidence: Evidence): Entry {
    return { value, evidence, takenMs: this.clock.monotonicMs() };
  }

  private ageMs({ takenMs }: Entry): number {
    return this.clock.monotonicMs() - takenMs;
  }

  private given<T>({ value, evidence }: Entry, outcome: 'fresh' | 'venue' | 'stale'): GatewayOutcome<T> {
    this.metrics.increment('venue_cache_reads_total', { venue: this.venue, outcome });
    const answer = { outcome: 'CONFIRMED' as const, value: value as T, evidence };
    return outcome === 'stale' ? { ...answer, stale: true } : answer;
  }
}
