import type { EngineEvent, EngineListener } from './events.js';
import type { MarketState } from './matching.js';
import type { Settlement } from './settlement.js';

interface Parts {
  readonly settlement: Settlement;
  readonly markets: ReadonlyMap<string, MarketState>;
  readonly now: () => number;
  /** Orders that the operation's trades have woken. */
  readonly wake: () => void;
}

/** Makes every change of an engine one operation: all of it happens at one time, and is told when it is over. */
export class Operations {
  readonly #listeners = new Set<EngineListener>();
  #events: EngineEvent[] = [];
  #depth = 0;
  #at = 0;

  constructor(private readonly parts: Parts) {}

  /** The time of the operation that runs, epoch ms. */
  get at(): number {
    return this.#at;
  }

  listen(listener: EngineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: EngineEvent): void {
    this.#events.push(event);
  }

  /** Runs a change; one within another is part of it. */
  run<Result>(change: () => Result): Result {
    if (this.#depth === 0) this.#at = this.parts.now();
    this.#depth += 1;
    try {
      const result = change();
      if (this.#depth === 1) this.parts.wake();
      return result;
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#tell();
    }
  }

  #tell(): void {
    const events = this.#events;
    events.push(...this.parts.settlement.takeChanges(this.#at));
    for (const { market, book } of this.parts.markets.values()) {
      const bids = book.takeChanges('BUY');
      const asks = book.takeChanges('SELL');
      if (bids.length + asks.length === 0) continue;
      const U = market.lastUpdateId + 1;
      const u = (market.lastUpdateId += bids.length + asks.length);
      events.push({ kind: 'BookChanged', symbol: market.symbol, U, u, bids, asks, at: this.#at });
    }
    this.#events = [];
    for (const event of events) for (const listener of this.#listeners) listener(event);
  }
}
