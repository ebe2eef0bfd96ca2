import { Ids } from '@sextant/kernel';
import type { Id } from '@sextant/kernel';

/** Predictable ids (`ord_…0001`, `ord_…0002`), counted over all prefixes: for tests and deterministic replays. */
export class SequentialIds extends Ids {
  private last = 0;

  next<P extends string>(prefix: P): Id<P> {
    this.last += 1;
    return `${prefix}_${this.last.toString(16).padStart(32, '0')}` as Id<P>;
  }
}
