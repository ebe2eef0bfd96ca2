import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools } from '../account/owned-account.js';
import type { VenueLink } from './venue-link.js';

const MISSING_PAUSE_MS = 250;

/** Reads the venue's list of fills from where it was last read, into the same door as the stream. */
export class ReadVenueFills {
  private running: Promise<boolean> | null = null;
  private scheduled = false;

  constructor(
    private cursor: string | null,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly tools: ExecutionTools,
  ) {}

  /** False when the venue did not answer: what is missing then stays missing until the next time. */
  read(): Promise<boolean> {
    this.running ??= this.readPages().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** What lies before is none of ours. */
  startAt(cursor: string): void {
    this.cursor = cursor;
  }

  /** A fill is known to exist that has not come: gives the stream a moment, then reads. */
  readSoon(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.tools.timers.setTimer(MISSING_PAUSE_MS, async () => {
      this.scheduled = false;
      await this.read().catch(() => false);
    });
  }

  private async readPages(): Promise<boolean> {
    for (;;) {
      const answer = await this.link.call((venue) => venue.fillsSince(this.cursor));
      if (answer.outcome !== 'CONFIRMED') return false;
      const { fills, cursor } = answer.value;
      if (fills.length === 0) return true;
      for (const fill of fills) this.inbox.push({ kind: 'FILL', fill, source: 'RECONCILE' });
      await this.inbox.pushAndWait({ kind: 'CURSOR', cursor });
      // A list that goes nowhere has no end.
      if (cursor === this.cursor) return false;
      this.cursor = cursor;
    }
  }
}
