/** How long a price beyond the band must stand before it is believed: markets do crash. */
export const BELIEVED_AFTER_MS = 30_000;

/**
 * Tells a price from a mistake: one further than the band from the last good one (a zero, ten times the price) is not
 * believed until it has stood for `BELIEVED_AFTER_MS`. Prices here are sums of bid and ask in ticks.
 */
export class PriceGuard {
  private good: number | null = null;
  /** A price that is not believed, and since when it has stood. */
  private doubt: { ticks: number; sinceMs: number } | null = null;

  /** @param band largest step between two prices, as a fraction of the former; read at each use */
  constructor(private readonly band: () => number) {}

  get inDoubt(): boolean {
    return this.doubt !== null;
  }

  /** @returns whether this price begins a doubt: each is counted once. */
  judge(ticks: number, nowMs: number): boolean {
    const before = this.doubt;
    // One that is as far from the doubtful one stands for itself.
    const stands = before !== null && this.isNear(ticks, before.ticks);
    if (this.within(ticks) || (stands && nowMs - before.sinceMs >= BELIEVED_AFTER_MS)) {
      this.good = ticks;
      this.doubt = null;
      return false;
    }
    this.doubt = { ticks, sinceMs: stands ? before.sinceMs : nowMs };
    return before === null;
  }

  /** Whether a price may follow the last good one; anything may follow none. */
  within(ticks: number): boolean {
    if (!(ticks > 0)) return false;
    return this.good === null || this.isNear(ticks, this.good);
  }

  private isNear(ticks: number, to: number): boolean {
    return ticks > 0 && Math.abs(ticks - to) <= this.band() * to;
  }
}
