import type { Clock } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';

interface Entry<V> {
  value: V;
  checkedAt: number;
}

/** Younger than this: answered from memory, nothing else happens. */
const FRESH_MS = 1500;
/** Older than this: looked up again before it is believed. Between the two it is looked up behind the answer. */
const STALE_MS = 4000;
/** While the database is away: how long what was known is believed, and how often it is asked again. */
const OFFLINE_MS = 12 * 3_600_000;
const OFFLINE_RETRY_MS = 1000;

/**
 * Remembers what a lookup found, so that a request costs no query, yet a revocation is seen within STALE_MS plus one
 * lookup. When the database is away, what is in memory stays good: the kill switch must work then.
 */
export class FreshCache<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private readonly loading = new Map<string, Promise<V | null>>();
  private offlineUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly load: (key: string) => Promise<V | null>,
    private readonly capacity = 10_000,
  ) {}

  /** The value, at once when it is known well enough. Null: the lookup found nothing. */
  get(key: string): V | Promise<V | null> {
    const entry = this.entries.get(key);
    if (entry === undefined) return this.lookUp(key);
    const now = this.clock.monotonicMs();
    const age = now - entry.checkedAt;
    if (age < FRESH_MS) return entry.value;
    if (now < this.offlineUntil && age < OFFLINE_MS) return entry.value;
    const looked = this.lookUp(key);
    if (age >= STALE_MS) return looked.catch((error: unknown) => this.offline(entry, error));
    looked.catch((error: unknown) => this.noteOutage(error));
    return entry.value;
  }

  /** Forgets what was just changed in this process. */
  forget(key: string): void {
    this.entries.delete(key);
    this.loading.delete(key);
  }

  /** Forgets every value of a kind that was just changed; what is being looked up may be one of them. */
  forgetWhere(concerns: (value: V) => boolean): void {
    for (const [key, { value }] of this.entries) if (concerns(value)) this.entries.delete(key);
    this.loading.clear();
  }

  private lookUp(key: string): Promise<V | null> {
    const running = this.loading.get(key);
    if (running !== undefined) return running;
    const started = this.clock.monotonicMs();
    const lookup: Promise<V | null> = this.load(key)
      .then((value) => {
        // Forgotten meanwhile: what was read may be older than the change.
        if (this.loading.get(key) === lookup) this.remember(key, value, started);
        return value;
      })
      .finally(() => {
        if (this.loading.get(key) === lookup) this.loading.delete(key);
      });
    this.loading.set(key, lookup);
    return lookup;
  }

  private remember(key: string, value: V | null, checkedAt: number): void {
    this.entries.delete(key);
    if (value === null) return;
    this.entries.set(key, { value, checkedAt });
    if (this.entries.size <= this.capacity) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  private offline(entry: Entry<V>, error: unknown): V {
    this.noteOutage(error);
    const age = this.clock.monotonicMs() - entry.checkedAt;
    if (!isOutage(error) || age > OFFLINE_MS) throw error;
    return entry.value;
  }

  private noteOutage(error: unknown): void {
    if (isOutage(error)) this.offlineUntil = this.clock.monotonicMs() + OFFLINE_RETRY_MS;
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof DomainError && error.code.startsWith('DATABASE_');
}
