import type { Entry } from './entry.js';
import { nothingHeld, touch } from './held.js';
import type { Held } from './held.js';

/** The positions of an account, or of one strategy of it. */
export class Book {
  readonly positions = new Map<string, Held>();
  /** What each market that the entry at hand concerns held before it. */
  private readonly before = new Map<string, bigint>();

  /** The position in a market, which the entry at hand concerns. */
  concerned(market: string): Held {
    let held = this.positions.get(market);
    if (held === undefined) this.positions.set(market, (held = nothingHeld(market)));
    if (!this.before.has(market)) this.before.set(market, held.quantity);
    return held;
  }

  /** The entry at hand is over: whatever passed through zero within it did not close. */
  close(at: number): void {
    for (const [market, quantity] of this.before) touch(this.concerned(market), quantity, at);
    this.before.clear();
  }

  /** Adds up the postings of an entry that is no execution. */
  sum({ legs, at }: Entry): void {
    const unvalued = new Set<string>();
    for (const { purpose, market, asset, amount } of legs) {
      if (market === null || purpose === 'inventory' || purpose === 'contract') continue;
      const held = this.concerned(market);
      const [base, quote] = held.symbol.split(/[/:]/);
      if (purpose === 'fee' && asset !== quote) unvalued.add(market);
      if (purpose === 'fee-value') unvalued.delete(market);
      if (purpose === 'position' && asset === base) held.quantity -= amount;
      if (asset !== quote) continue;
      if (purpose === 'position') held.cost += amount;
      if (purpose === 'realized') held.realized -= amount;
      if (purpose === 'fee' || purpose === 'fee-value') held.fees += amount;
      if (purpose === 'funding') held.funding -= amount;
    }
    for (const market of unvalued) this.concerned(market).unvalued += 1;
    this.close(at);
  }
}
