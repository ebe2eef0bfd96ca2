import { seeded } from '../processes/seeded.js';

/** Draws of one schedule: the same seed, the same draws in the same order. */
export class Draws {
  private readonly next: () => number;

  constructor(readonly seed: number) {
    this.next = seeded(seed);
  }

  /** 0 ≤ x < 1. */
  share(): number {
    return this.next();
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Whole numbers, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }

  /** Draws of its own for one part, so that parts do not depend on each other's pace. */
  fork(): Draws {
    return new Draws(Math.floor(this.next() * 2 ** 32));
  }
}
