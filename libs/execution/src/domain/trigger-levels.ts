import type { OrderSnapshot } from './order-snapshot.js';
import { trailingStopTicks } from './order-types.js';

/** A price that matters to an order which is held here, and what it means. */
export interface TriggerLevel {
  readonly ticks: number;
  readonly upwards: boolean;
  /** TRIGGER: it goes out. EXTREME: a trailing stop begins to trail, or follows. */
  readonly kind: 'TRIGGER' | 'EXTREME';
}

type Watched = Pick<OrderSnapshot, 'type' | 'side' | 'priceTicks' | 'conditions' | 'progress'>;

/** The prices at which something happens to an order that is held here. `extremeTicks`: of a stop that trails. */
export function triggerLevels(order: Watched, extremeTicks: number | null): TriggerLevel[] {
  const { type, side, priceTicks, conditions, progress } = order;
  const state = progress?.trigger?.state;
  if (conditions === null || state === 'WAITING' || state === 'TOUCHED') return [];
  const buys = side === 'BUY';
  if (type === 'TRAILING_STOP_MARKET') return trailing(buys, conditions, extremeTicks);
  const profits = type === 'LIMIT' || type === 'TAKE_PROFIT_MARKET' || type === 'TAKE_PROFIT_LIMIT';
  const ticks = type === 'LIMIT' ? priceTicks : conditions.stopTicks;
  if (ticks === null) return [];
  return [{ ticks, upwards: buys !== profits, kind: 'TRIGGER' }];
}

/** Before it trails it waits for its price, or begins at once; then for the turn, and for a better price to follow. */
function trailing(
  buys: boolean,
  { stopTicks, trailingBps }: NonNullable<Watched['conditions']>,
  extremeTicks: number | null,
): TriggerLevel[] {
  if (trailingBps === null) return [];
  if (extremeTicks === null) {
    const anywhere = buys ? Number.MAX_SAFE_INTEGER : 0;
    return [{ ticks: stopTicks ?? anywhere, upwards: !buys, kind: 'EXTREME' }];
  }
  const stop = trailingStopTicks(buys ? 'BUY' : 'SELL', extremeTicks, trailingBps);
  return [
    { ticks: stop, upwards: buys, kind: 'TRIGGER' },
    { ticks: buys ? extremeTicks - 1 : extremeTicks + 1, upwards: !buys, kind: 'EXTREME' },
  ];
}
