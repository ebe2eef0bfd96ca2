const KEPT = 512;

/** Percentiles of the last round trips. */
export class LatencyWindow {
  private readonly kept = new Float64Array(KEPT);
  private count = 0;

  add(roundTripMs: number): void {
    this.kept[this.count % KEPT] = roundTripMs;
    this.count += 1;
  }

  percentiles(): { p50: number; p95: number; p99: number } | null {
    if (this.count === 0) return null;
    const sorted = this.kept.slice(0, Math.min(this.count, KEPT)).sort();
    const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
