import type { JsonObject } from '@sextant/contracts';
import type { Logger } from '../telemetry/logger.js';
import type { SystemEventLog, SystemEventType } from './system-event-log.js';

const MOST_WAITING = 100;

/** Records system events in order; keeps the last ones while the event log cannot be reached, as in an outage. */
export class SystemJournal {
  private waiting: { type: SystemEventType; payload: JsonObject }[] = [];
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly events: SystemEventLog,
    private readonly logger: Logger,
  ) {}

  record(type: SystemEventType, payload: JsonObject): Promise<void> {
    this.waiting.push({ type, payload });
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    return this.retry();
  }

  /** Writes what waits. Never rejects: an event log that is down must not take the process down with it. */
  retry(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const next = this.waiting[0]!;
      try {
        await this.events.record(next.type, next.payload);
      } catch (error) {
        this.logger.warn('system event not recorded yet', {
          event: next.type,
          waiting: this.waiting.length,
          error,
        });
        return;
      }
      if (this.waiting[0] === next) this.waiting.shift();
    }
  }
}
