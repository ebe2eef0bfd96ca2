import type { OrderConditions } from './order-snapshot.js';

/** Conditions that ask for nothing: of an order that only belongs to something. */
export const plainConditions: OrderConditions = {
  stopTicks: null,
  trailingBps: null,
  triggerBy: 'LAST',
  expiresAt: null,
  displayLots: null,
  reduceOnly: false,
  heldBy: 'VENUE',
  group: null,
  executionId: null,
};

/** True once the time of an order is over: nothing of it leaves any more. */
export function isOver({ conditions }: { conditions: OrderConditions | null }, now: number): boolean {
  const expiresAt = conditions?.expiresAt ?? null;
  return expiresAt !== null && expiresAt <= now;
}
