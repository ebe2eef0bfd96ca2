/** Into how many parts a window is divided; what is spent comes back at most one part later than it could. */
const PARTS = 60;

/**
 * A bucket of tokens, each of which comes back one window after the venue can last have counted it: never
 * more than `limit` arrive at the venue in any stretch of `windowMs`, however long calls are under way. Times
 * are monotonic ms.
 */
export class SpentWindow {
  private readonly parts = new Float64Array(PARTS + 1);
  private readonly partMs: number;
  private part = 0;
  private settled = 0;
  private underWay = 0;
  private closedUntilMs = 0;

  constructor(
    public limit: number,
    readonly windowMs: number,
  ) {
    this.partMs = windowMs / PARTS;
  }

  used(nowMs: number): number {
    this.advance(nowMs);
    return this.settled + this.underWay;
  }

  /** Whether `weight` more may be spent when no more than `ceiling` may be spent in all. */
  fits(weight: number, ceiling: number, nowMs: number): boolean {
    return nowMs >= this.closedUntilMs && this.used(nowMs) + weight <= ceiling;
  }

  take(weight: number): void {
    this.underWay += weight;
  }

  /** The answer is here: the venue counted the call before now. */
  settle(weight: number, nowMs: number): void {
    this.advance(nowMs);
    this.underWay -= weight;
    this.add(weight);
  }

  /** Nothing left this process. */
  refund(weight: number): void {
    this.underWay -= weight;
  }

  /**
   * The venue counts `used`: what goes beyond our own count was spent by others behind the same address or
   * key.
   */
  observe(used: number, nowMs: number): void {
    const unknown = used - this.used(nowMs);
    if (unknown > 0) this.add(unknown);
  }

  /** Others that share the limit have spent it: nothing more until then. */
  closeUntil(untilMs: number): void {
    this.closedUntilMs = Math.max(this.closedUntilMs, untilMs);
  }

  /**
   * How long until `weight` fits under `ceiling`, if nothing else is spent; Infinity while only calls under
   * way stand in the way, since nobody knows when they end.
   */
  waitMs(weight: number, ceiling: number, nowMs: number): number {
    const closedMs = Math.max(0, this.closedUntilMs - nowMs);
    let excess = this.used(nowMs) + weight - ceiling;
    if (excess <= 0) return closedMs;
    for (let age = PARTS; age >= 0; age -= 1) {
      const number = this.part - age;
      excess -= this.parts[this.indexOf(number)] ?? 0;
      if (excess <= 0) return Math.max(closedMs, (number + PARTS + 1) * this.partMs - nowMs);
    }
    return Number.POSITIVE_INFINITY;
  }

  isIdle(nowMs: number): boolean {
    return this.used(nowMs) === 0;
  }

  private add(weight: number): void {
    const index = this.indexOf(this.part);
    this.parts[index] = (this.parts[index] ?? 0) + weight;
    this.settled += weight;
  }

  private advance(nowMs: number): void {
    const part = Math.floor(nowMs / this.partMs);
    if (part <= this.part) return;
    const steps = Math.min(part - this.part, PARTS + 1);
    for (let step = 1; step <= steps; step += 1) {
      const index = this.indexOf(part - steps + step);
      this.settled -= this.parts[index] ?? 0;
      this.parts[index] = 0;
    }
    this.part = part;
  }

  private indexOf(part: number): number {
    return ((part % (PARTS + 1)) + PARTS + 1) % (PARTS + 1);
  }
}
