import type { Market } from './market.js';
import type { Order, Trigger } from './order.js';

/** A basis point is a ten-thousandth. */
const WHOLE = 10_000;

/** Whether a price that is there already would wake an order: it is refused then. */
export function isReached(trigger: Trigger, market: Market): boolean {
  const price = trigger.source === 'MARK' ? market.markTicks : market.lastTicks;
  if (price === null || trigger.ticks === null) return false;
  return isBeyond(trigger.when, price, trigger.ticks);
}

/** Without a price to begin at, a trailing order trails from the last trade before it on. */
export function startOf({ trigger }: Pick<Order, 'trigger'>, market: Market): number | undefined {
  const isTrailing = trigger?.trailingBps !== undefined && trigger.ticks === null;
  return isTrailing ? (market.lastTicks ?? undefined) : undefined;
}

/** Shows a waiting order one trade: a trailing one follows it. @returns whether the order wakes */
export function seesTrade(order: Order, ticks: number, at: number): boolean {
  const { trigger } = order;
  if (trigger === null) return false;
  const isMet = trigger.ticks === null || isBeyond(trigger.when, ticks, trigger.ticks);
  if (trigger.trailingBps === undefined) return isMet;
  if (order.extremeTicks === undefined) {
    if (isMet) Object.assign(order, { extremeTicks: ticks, trailingAt: at });
    return false;
  }
  const isFurther = order.side === 'SELL' ? ticks > order.extremeTicks : ticks < order.extremeTicks;
  if (isFurther) order.extremeTicks = ticks;
  const turn = turnOf(order)!;
  return order.side === 'SELL' ? ticks <= turn : ticks >= turn;
}

/** Where a trailing order wakes as things stand; null while it does not trail. */
function turnOf({ trigger, side, extremeTicks }: Order): number | null {
  if (trigger?.trailingBps === undefined || extremeTicks === undefined) return null;
  return turnFrom(extremeTicks, side, trigger.trailingBps);
}

/** Where a waiting order is to wake as far as its terms tell: what a buy sets aside. Null when nothing ever traded. */
export function expectedWaking(order: Order): number | null {
  const { trigger, side, startTicks } = order;
  if (trigger?.trailingBps === undefined) return trigger?.ticks ?? null;
  const from = trigger.ticks ?? startTicks;
  return from === undefined ? null : turnFrom(from, side, trigger.trailingBps);
}

/** The first price on the grid that is far enough from the extreme. */
function turnFrom(extremeTicks: number, side: Order['side'], bps: number): number {
  return side === 'SELL'
    ? Math.floor((extremeTicks * (WHOLE - bps)) / WHOLE)
    : Math.ceil((extremeTicks * (WHOLE + bps)) / WHOLE);
}

function isBeyond(when: Trigger['when'], price: number, ticks: number): boolean {
  return when === 'UP' ? price >= ticks : price <= ticks;
}
