import { bulkhead } from 'cockatiel';
import type { BulkheadPolicy } from 'cockatiel';
import type { InFlightLimit } from './in-flight-limit.js';

/**
 * The bulkheads of one venue: ordinary calls fill at most four fifths of its connections, so that calls that
 * reduce risk always find one of theirs.
 */
export class Lanes {
  private readonly ordinary: BulkheadPolicy;
  private readonly urgent: BulkheadPolicy;

  constructor(
    connections: number,
    private readonly all: InFlightLimit,
  ) {
    const kept = Math.max(1, Math.floor(connections / 5));
    this.ordinary = bulkhead(Math.max(1, connections - kept), 0);
    this.urgent = bulkhead(kept, 0);
  }

  hasRoom(urgent: boolean): boolean {
    if (!this.all.hasRoom(urgent)) return false;
    return this.ordinary.executionSlots > 0 || (urgent && this.urgent.executionSlots > 0);
  }

  /** Takes a place; there must be room. @returns how to give it back, once. */
  enter(urgent: boolean): () => void {
    const lane = urgent && this.urgent.executionSlots > 0 ? this.urgent : this.ordinary;
    let leave = (): void => undefined;
    void lane.execute(
      () =>
        new Promise<void>((resolve) => {
          leave = resolve;
        }),
    );
    this.all.take();
    return () => {
      leave();
      this.all.giveBack();
    };
  }
}
