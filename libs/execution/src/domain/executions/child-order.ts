import type { EpochMs } from '@sextant/kernel';
import type { OrderSnapshot } from '../order-snapshot.js';
import { isTerminal } from '../order-status.js';

/**
 * What of a slice's order the next step depends on. WORKING: at the venue. MOVING: its placement or its cancellation is
 * under way. UNKNOWN: one of them has no verdict. Whatever is not ENDED keeps its whole open quantity for itself.
 */
export interface ChildOrder {
  readonly slice: number;
  readonly lots: number;
  readonly filledLots: number;
  readonly state: 'WORKING' | 'MOVING' | 'UNKNOWN' | 'ENDED';
  /** The venue or risk would not have it. */
  readonly refused: boolean;
  readonly closedAt: EpochMs | null;
}

/** Ends that say nothing about the order itself. */
const notOfItsOwn: ReadonlySet<string> = new Set(['NOT_ACCEPTED', 'KILL_SWITCH']);

export function childOrder(slice: number, order: OrderSnapshot): ChildOrder {
  const { lots, filledLots, status, reason, closedAt } = order;
  const rejected = status === 'REJECTED' && !notOfItsOwn.has(reason?.code ?? '');
  return {
    slice,
    lots: lots ?? 0,
    filledLots,
    state: stateOf(order),
    refused: rejected || status === 'RISK_DENIED',
    closedAt,
  };
}

function stateOf({ status, pending, cancelRequested }: OrderSnapshot): ChildOrder['state'] {
  if (isTerminal(status)) return 'ENDED';
  if (status === 'OUTCOME_UNKNOWN' || pending?.outcome === 'UNKNOWN') return 'UNKNOWN';
  return pending !== null || cancelRequested ? 'MOVING' : 'WORKING';
}

export function filledLots(children: readonly ChildOrder[]): number {
  return children.reduce((sum, child) => sum + child.filledLots, 0);
}

/** Filled, or still able to be. */
export function committedLots(children: readonly ChildOrder[]): number {
  return children.reduce((sum, { state, lots, filledLots: filled }) => {
    return sum + (state === 'ENDED' ? filled : Math.max(lots, filled));
  }, 0);
}

export function isLive({ state }: ChildOrder): boolean {
  return state !== 'ENDED';
}
