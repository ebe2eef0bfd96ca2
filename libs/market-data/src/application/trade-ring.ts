import type { Trade } from '../domain/market-events.js';

/** The newest public trades of one market, a fixed number of them. */
export class TradeRing {
  private readonly slots: (Trade | undefined)[];
  private readonly ids = new Set<Trade['tradeId']>();
  private written = 0;

  constructor(capacity: number) {
    this.slots = new Array<Trade | undefined>(capacity);
  }

  /** Whether it is among those kept. */
  has(tradeId: Trade['tradeId']): boolean {
    return this.ids.has(tradeId);
  }

  add(trade: Trade): void {
    const oldest = this.slots[this.written % this.slots.length];
    if (oldest !== undefined) this.ids.delete(oldest.tradeId);
    this.ids.add(trade.tradeId);
    this.slots[this.written % this.slots.length] = trade;
    this.written += 1;
  }

  last(): Trade | undefined {
    return this.written === 0 ? undefined : this.slots[(this.written - 1) % this.slots.length];
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
