import type { VenueFill, VenueOrder } from '@sextant/exchange';
import type { EpochMs } from '@sextant/kernel';
import type { CommitPlan, RowWrite } from '@sextant/platform';
import type { Proof } from '../../domain/order-snapshot.js';
import type { FillSource } from '../venue/book-venue-fill.js';
import type { LiveOrder } from './live-orders.js';

/** Who is behind a change, for the log. */
export interface Cause {
  actor: string | null;
  traceId: string | null;
}

/** Everything that can happen to an order after its first commit. */
export type Arrival =
  | { kind: 'FILL'; fill: VenueFill; source: FillSource }
  | { kind: 'REPORT'; report: VenueOrder; proof: Proof }
  | { kind: 'DECISION'; entry: LiveOrder; decide: (now: EpochMs) => RowWrite[]; cause?: Cause }
  | { kind: 'CURSOR'; cursor: string }
  | { kind: 'PLAN'; plan: (now: EpochMs) => CommitPlan };
