import type { EpochMs, Side } from '@sextant/kernel';
import type { Algorithm, Urgency } from '../../domain/executions/execution-terms.js';

/** An execution as a client asks for it: decimals and fractions as text. What is left out is null. */
export type ExecutionRequest = {
  symbol: string;
  side: Side;
  algorithm: Algorithm;
  quantity: string;
  limitPrice: string | null;
  startAt: EpochMs | null;
  /** One of the two, for all but ICEBERG. */
  endAt: EpochMs | null;
  durationSeconds: number | null;
  slices: number | null;
  urgency: Urgency | null;
  maxSlippageBps: number | null;
  maxSliceFactor: number | null;
  /** Fraction of the observed volume. */
  participationRate: string | null;
  displayQuantity: string | null;
  /** Fractions of a slice's size, and of its interval. */
  sizeJitter: string | null;
  timeJitter: string | null;
  seed: number | null;
  /** Weights of equal intervals. */
  volumeProfile: string[] | null;
  strategy: string | null;
  tags: string[];
};
