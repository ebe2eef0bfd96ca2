import type { BinanceMessage } from './binance-spot-messages.js';

/**
 * Moves the ids of each loop behind those of the loop before, so that the stream goes on without a gap and without
 * a repeated trade id.
 */
export class ReplayIds {
  private readonly updates = new Shift();
  private readonly trades = new Shift();

  /** The recording begins again. */
  nextLoop(): void {
    this.updates.nextLoop();
    this.trades.nextLoop();
  }

  shift(message: BinanceMessage): BinanceMessage {
    switch (message.kind) {
      case 'SNAPSHOT':
        return { ...message, value: { ...message.value, sequence: this.updates.of(message.value.sequence) } };
      case 'UPDATE': {
        const { firstId, lastId } = message.value;
        const value = {
          ...message.value,
          firstId: this.updates.of(firstId),
          lastId: this.updates.of(lastId),
        };
        return { ...message, value };
      }
      case 'TICK':
        return { ...message, value: { ...message.value, updateId: this.updates.of(message.value.updateId) } };
      case 'TRADE':
        return { ...message, value: { ...message.value, tradeId: this.trades.of(message.value.tradeId) } };
    }
  }
}

/** One counter: what is added in this loop, and how far the counter has come. */
class Shift {
  private added = 0;
  private lowest = Infinity;
  private highest = -Infinity;

  of(id: number): number {
    if (id < this.lowest) this.lowest = id;
    if (id > this.highest) this.highest = id;
    return id + this.added;
  }

  nextLoop(): void {
    if (this.highest >= this.lowest) this.added += this.highest - this.lowest + 1;
  }
}
