import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import { Component } from '../lifecycle/index.js';
import { Logger } from '../telemetry/index.js';
import type { Cancel } from '../time/index.js';
import { Timers } from '../time/index.js';
import { Idempotency } from './idempotency.js';

const INTERVAL_MS = 600_000;
/** Replays of a request are answered for at least this long. */
const KEPT_MS = 30 * 86_400_000;

/** Keeps the table of used keys small, in every kind of process. */
@Injectable()
export class ForgetOldKeys extends Component {
  readonly name = 'idempotency-keys';
  override readonly dependsOn = ['database'];
  private end: Cancel = () => undefined;

  constructor(
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    super();
  }

  async start(): Promise<void> {
    this.end = this.timers.every(INTERVAL_MS, () => this.forget());
  }

  async stop(): Promise<void> {
    this.end();
  }

  /** What fails the next run does: no reason to end a process that trades. */
  private async forget(): Promise<void> {
    try {
      await this.idempotency.forgetBefore(this.clock.now() - KEPT_MS);
    } catch (error) {
      this.logger.warn('Old idempotency keys were not forgotten', { error });
    }
  }
}
