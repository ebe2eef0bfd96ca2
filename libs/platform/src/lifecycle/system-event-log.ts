import type { JsonObject } from '@sextant/contracts';

export type SystemEventType =
  'SystemStarted' | 'SystemStopping' | 'ComponentHealthChanged' | 'ComponentFailed';

/** Where the lifecycle's events go: the `system` stream of the event log. */
export abstract class SystemEventLog {
  abstract record(type: SystemEventType, payload: JsonObject): Promise<void>;
}

/** For processes and tests without an event log. */
export class InMemorySystemEventLog extends SystemEventLog {
  readonly recorded: { type: SystemEventType; payload: JsonObject }[] = [];

  async record(type: SystemEventType, payload: JsonObject): Promise<void> {
    this.recorded.push({ type, payload });
  }
}
