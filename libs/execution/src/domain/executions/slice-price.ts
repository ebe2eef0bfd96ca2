import type { Side } from '@sextant/kernel';
import type { ExecutionTerms } from './execution-terms.js';

/** The best prices, in ticks. */
export interface Touch {
  bidTicks: number;
  askTicks: number;
}

type PricedTerms = Pick<ExecutionTerms, 'side' | 'algorithm' | 'limitTicks' | 'urgency' | 'maxSlippageBps'>;

const WHOLE_BPS = 10_000;

/**
 * Where a slice is priced; null while the market is beyond the limit of one that would take. Passive: at the own side of
 * the book. Aggressive: up to `maxSlippageBps` past the other side. Neither is ever beyond the limit.
 */
export function slicePriceTicks(terms: PricedTerms, { bidTicks, askTicks }: Touch): number | null {
  const { side, algorithm, limitTicks, urgency, maxSlippageBps } = terms;
  if (algorithm === 'ICEBERG') return limitTicks;
  if (urgency === 'PASSIVE') return withinLimit(side, side === 'BUY' ? bidTicks : askTicks, limitTicks);
  const taken = side === 'BUY' ? askTicks : bidTicks;
  if (limitTicks !== null && isBeyond(side, taken, limitTicks)) return null;
  const reach = side === 'BUY' ? WHOLE_BPS + maxSlippageBps : WHOLE_BPS - maxSlippageBps;
  const scaled = BigInt(taken) * BigInt(reach);
  const roundedUp = side === 'BUY' ? 0n : BigInt(WHOLE_BPS - 1);
  return withinLimit(side, Number((scaled + roundedUp) / BigInt(WHOLE_BPS)), limitTicks);
}

function isBeyond(side: Side, ticks: number, limitTicks: number): boolean {
  return side === 'BUY' ? ticks > limitTicks : ticks < limitTicks;
}

function withinLimit(side: Side, ticks: number, limitTicks: number | null): number {
  return limitTicks !== null && isBeyond(side, ticks, limitTicks) ? limitTicks : ticks;
}
