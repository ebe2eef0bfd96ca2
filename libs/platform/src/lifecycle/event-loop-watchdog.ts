import type { Clock } from '@sextant/kernel';
import type { Config } from '../config/config.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Cancel, Timers } from '../time/index.js';
import { Component } from './component.js';
import type { ComponentHealth } from './component.js';

const BEAT_MS = 250;
/** A stall is held against the process for so many times its limit, so that a readiness probe gets to see it. */
const GRACE = 5;

/**
 * Notices that the event loop stood still (a long computation, a huge document, a paused machine): a beat that
 * comes late by more than `lifecycle.stallMs`. Asked during the same turn of the loop that ended the stall it already
 * knows, because it compares clocks and does not wait for the late beat.
 */
export class EventLoopWatchdog extends Component {
  readonly name = 'event-loop';
  private lastBeatMs = 0;
  private longestMs = 0;
  private stalledUntilMs = Number.NEGATIVE_INFINITY;
  private cancelBeat: Cancel = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    super();
  }

  async start(): Promise<void> {
    this.lastBeatMs = this.clock.monotonicMs();
    this.cancelBeat = this.timers.every(BEAT_MS, () => this.beat());
  }

  async stop(): Promise<void> {
    this.cancelBeat();
  }

  override health(): ComponentHealth {
    const lateMs = this.lateMs();
    const facts = { longestStallMs: Math.round(this.longestMs) };
    if (lateMs >= this.config.get('lifecycle.stallMs') || this.clock.monotonicMs() < this.stalledUntilMs) {
      return { status: 'DOWN', detail: 'the event loop stood still', facts };
    }
    return { status: 'UP', facts };
  }

  /** True while a stall is held against the process. */
  get stalled(): boolean {
    return this.health().status === 'DOWN';
  }

  private lateMs(): number {
    return this.clock.monotonicMs() - this.lastBeatMs - BEAT_MS;
  }

  private beat(): void {
    const lateMs = this.lateMs();
    const stallMs = this.config.get('lifecycle.stallMs');
    this.lastBeatMs = this.clock.monotonicMs();
    if (lateMs < stallMs) return;
    this.longestMs = Math.max(this.longestMs, lateMs);
    this.stalledUntilMs = this.lastBeatMs + stallMs * GRACE;
    this.metrics.increment('event_loop_stalls_total', {});
    this.logger.error('the event loop stood still', { durationMs: Math.round(lateMs) });
  }
}
