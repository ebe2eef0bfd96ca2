/** How long a price beyond the band must stand before it is believed: markets do crash. */
export const BELIEVED_AFTER_MS = 30_000;

/**
 * Tells a price from a mistake: one further than the band from the last good one (a zero, ten times the price) is not
 * believed until it has stood for `BELIEVED_AFTER_MS`. Prices here are sums of bid and ask in ticks.
 */
export class PriceGuard {
  private good: number | null = null;
  private doubtSinceMs: number | null = null;

  /** @param band largest step between two prices, as a fraction of the former; read at each use */
  constructor(private readonly band: () => number) {}

  get inDoubt(): boolean {
    return this.doubtSinceMs !== null;
  }

  /** @returns whether this price begins a doubt: each is counted once. */
  judge(ticks: number, nowMs: number): boolean {
    if (
      this.within(ticks) ||
      (this.doubtSinceMs !== null && nowMs - this.doubtSinceMs >= BELIEVED_AFTER_MS)
    ) {
      this.good = ticks;
      this.doubtSinceMs = null;
      return false;
    }
    if (this.doubtSinceMs !== null) return false;
    this.doubtSinceMs = nowMs;
    return true;
  }

  /** Whether a price may follow the last good one; anything may follow none. */
  within(ticks: number): boolean {
    if (!(ticks > 0)) return false;
    return this.good === null || Math.abs(ticks - this.good) <= this.band() * this.good;
  }
}
