import type { Trade } from '../domain/market-events.js';

/** The newest public trades of one market, a fixed number of them. */
export class TradeRing {
  private readonly slots: (Trade | undefined)[];
  private written = 0;

  constructor(capacity: number) {
    this.slots = new Array<Trade | undefined>(capacity);
  }

  add(trade: Trade): void {
    this.slots[this.written % this.slots.length] = trade;
    this.written += 1;
  }

  /** Newest first. */
  newest(limit: number): Trade[] {
    const trades: Trade[] = [];
    const first = Math.max(0, this.written - Math.min(limit, this.slots.length));
    for (let at = this.written - 1; at >= first; at -= 1)
      trades.push(this.slots[at % this.slots.length] as Trade);
    return trades;
  }
}
