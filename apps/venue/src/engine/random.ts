/** Seeded random numbers (splitmix32): the same seed makes the same faults. */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** Own numbers for one purpose, so that two purposes do not disturb each other. */
  fork(purpose: string): Random {
    let hash = this.seed >>> 0;
    for (const char of purpose) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193) >>> 0;
    return new Random(hash);
  }
}
