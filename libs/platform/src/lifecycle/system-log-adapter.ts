import { hostname } from 'node:os';
import type { JsonObject } from '@sextant/contracts';
import type { Clock } from '@sextant/kernel';
import type { SystemLog } from '../event-log/system-log.js';
import { SystemEventLog } from './system-event-log.js';
import type { SystemEventType } from './system-event-log.js';

/** Appends the lifecycle's events to the `system` stream, each with the process it came from. */
export class SystemLogAdapter extends SystemEventLog {
  private readonly process: JsonObject;

  constructor(
    private readonly log: SystemLog,
    private readonly clock: Clock,
    app: string,
  ) {
    super();
    this.process = { app, host: hostname(), pid: process.pid };
  }

  async record(type: SystemEventType, payload: JsonObject): Promise<void> {
    const full = { ...payload, process: this.process };
    await this.log.append([{ type, payload: full, occurredAt: this.clock.now(), actor: 'system' }]);
  }
}
