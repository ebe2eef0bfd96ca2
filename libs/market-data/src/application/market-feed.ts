import { Channel } from '@sextant/platform';
import type { DepthSnapshot, DepthUpdate, Tick, Trade } from '../domain/market-events.js';

/**
 * What a feed says, in the order it was received: synchronous typed channels, one call a message. Whoever decodes
 * a venue's frames publishes here; `MarketData` listens.
 */
export class MarketFeed {
  readonly snapshots = new Channel<DepthSnapshot>();
  readonly updates = new Channel<DepthUpdate>();
  readonly ticks = new Channel<Tick>();
  readonly trades = new Channel<Trade>();
}
