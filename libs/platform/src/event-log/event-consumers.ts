import { Injectable } from '@nestjs/common';
import { EVENT_CHANNEL } from '../commit/index.js';
import { Database, errorCode, isConnectionLoss, isRetryable } from '../database/index.js';
import type { ComponentHealth } from '../lifecycle/index.js';
import { Component } from '../lifecycle/index.js';
import type { Logger, Metrics } from '../telemetry/index.js';
import type { Cancel, Timers } from '../time/index.js';
import { ConsumerFailure, consumeStreams } from './consume-streams.js';
import { ConsumerOffsets } from './consumer-offsets.js';
import type { RetryPolicy } from './consumer-offsets.js';
import { ConsumerRegistry } from './consumer-registry.js';
import type { EventConsumer } from './event-consumer.js';

export interface EventConsumersOptions extends RetryPolicy {
  /** How often streams are looked for that no notification named. */
  sweepMs: number;
  /** Streams and events per stream in one transaction. */
  maxStreams: number;
  maxEvents: number;
}

/** What a consumer has to do in this process. */
interface Work {
  readonly consumer: EventConsumer;
  readonly changed: Set<string>;
  /** Streams whose offset row is known to exist. */
  readonly known: Set<string>;
  draining: Promise<void> | null;
}

/** Errors after which the same events may be tried again at once, because they are not at fault. */
const OUTAGES = new Set(['DATABASE_UNAVAILABLE', 'DATABASE_BUSY', 'DATABASE_OUTCOME_UNKNOWN']);
const OUTAGE_PAUSE_MS = 250;

/**
 * Runs the registered consumers. Every process may run all of them: whoever locks an offset row first handles the
 * stream. Changed streams come by NOTIFY; a sweep finds what a lost notification left.
 */
@Injectable()
export class EventConsumers extends Component {
  readonly name = 'event-consumers';
  override readonly dependsOn: readonly string[] = ['database'];
  private work: Work[] = [];
  private stopping = true;
  private endings: (Cancel | (() => Promise<void>))[] = [];

  constructor(
    private readonly database: Database,
    private readonly registry: ConsumerRegistry,
    private readonly offsets: ConsumerOffsets,
    private readonly timers: Timers,
    private readonly logger: Pick<Logger, 'warn' | 'error'>,
    private readonly metrics: Pick<Metrics, 'increment'>,
    private readonly options: EventConsumersOptions,
  ) {
    super();
  }

  override async start(): Promise<void> {
    this.stopping = false;
    this.work = this.registry
      .all()
      .map((consumer) => ({ consumer, changed: new Set(), known: new Set(), draining: null }));
    if (this.work.length === 0) return;
    this.endings = [
      await this.database.listen(EVENT_CHANNEL, (payload) => this.heard(payload)),
      this.timers.every(this.options.sweepMs, () => this.sweep()),
    ];
    await this.sweep();
  }

  override async stop(): Promise<void> {
    this.stopping = true;
    const endings = this.endings;
    this.endings = [];
    await Promise.all(endings.map((end) => end()));
    await Promise.all(this.work.map(({ draining }) => draining));
  }

  override async health(): Promise<ComponentHealth> {
    const parked = await this.offsets.parked();
    if (parked.length === 0) return { status: 'UP', facts: { parked: 0 } };
    return {
      status: 'DEGRADED',
      detail: `${parked.length} streams are parked`,
      facts: { parked: parked.length },
    };
  }

  /** Resolves when everything that is known to have changed is handled or waits for a retry. */
  async drained(): Promise<void> {
    while (this.work.some(({ draining }) => draining !== null)) {
      await Promise.all(this.work.map(({ draining }) => draining));
    }
  }

  /** Looks for changed streams in the tables. */
  async sweep(): Promise<void> {
    for (const work of this.work) {
      try {
        this.add(work, await this.offsets.behind(work.consumer.name));
      } catch (error) {
        this.logger.warn('Event sweep failed', { consumer: work.consumer.name, error });
      }
    }
  }

  private heard(payload: string): void {
    if (payload === '') return void this.sweep();
    const streams = payload.split(',');
    for (const work of this.work) this.add(work, streams);
  }

  private add(work: Work, streams: readonly string[]): void {
    for (const stream of streams) work.changed.add(stream);
    if (this.stopping || work.draining !== null || work.changed.size === 0) return;
    work.draining = this.drain(work).finally(() => {
      work.draining = null;
      this.add(work, []);
    });
  }

  private async drain(work: Work): Promise<void> {
    while (!this.stopping && work.changed.size > 0) {
      const streams = takeSome(work.changed, this.options.maxStreams);
      try {
        await this.ensureOffsets(work, streams);
        await this.consume(work, streams, this.options.maxEvents);
      } catch (error) {
        for (const stream of streams) work.changed.add(stream);
        if (isOutage(error)) await this.timers.sleep(OUTAGE_PAUSE_MS);
        else await this.isolate(work, streams, error);
      }
    }
  }

  /** The handler names the stream at fault; a commit that failed does not. */
  private async isolate(work: Work, streams: readonly string[], error: unknown): Promise<void> {
    const suspects = error instanceof ConsumerFailure ? [error.streamId] : streams;
    for (const stream of suspects) {
      work.changed.delete(stream);
      await this.eventByEvent(work, stream);
    }
  }

  private async ensureOffsets(work: Work, streams: readonly string[]): Promise<void> {
    const unknown = streams.filter((stream) => !work.known.has(stream));
    if (unknown.length === 0) return;
    await this.offsets.ensure(work.consumer.name, unknown);
    for (const stream of unknown) work.known.add(stream);
  }

  private async consume(work: Work, streams: readonly string[], limit: number): Promise<number> {
    const { events, unfinished } = await consumeStreams(this.database, work.consumer, streams, limit);
    for (const stream of unfinished) work.changed.add(stream);
    if (events > 0)
      this.metrics.increment('event_consumer_events_total', { consumer: work.consumer.name }, events);
    return events;
  }

  /** Finds the event at fault: what stands before it is handled, it alone is counted against the stream. */
  private async eventByEvent(work: Work, stream: string): Promise<void> {
    try {
      while (!this.stopping && (await this.consume(work, [stream], 1)) > 0);
    } catch (error) {
      if (isOutage(error)) work.changed.add(stream);
      else await this.failed(work, stream, error);
    }
  }

  private async failed(work: Work, stream: string, error: unknown): Promise<void> {
    this.metrics.increment('event_consumer_failures_total', { consumer: work.consumer.name });
    let fields: Record<string, unknown> = { consumer: work.consumer.name, stream };
    try {
      const failure = error instanceof ConsumerFailure ? error : await this.failureAt(work, stream, error);
      fields = { ...fields, sequence: failure.sequence };
      const { parked, retryAfterMs } = await this.offsets.failed(work.consumer.name, failure, this.options);
      if (parked) {
        this.metrics.increment('event_consumer_parked_total', { consumer: work.consumer.name });
        this.logger.error('Event stream parked', { ...fields, error: failure.cause });
        return;
      }
      this.logger.warn('Event could not be handled', { ...fields, error: failure.cause });
      this.timers.setTimer(retryAfterMs + 1, () => this.add(work, [stream]));
    } catch (unrecorded) {
      this.logger.warn('Event failure could not be recorded', { ...fields, error: unrecorded });
    }
  }

  /** For what failed outside the handler, at the commit (a deferred constraint). */
  private async failureAt(work: Work, stream: string, error: unknown): Promise<ConsumerFailure> {
    const rows = await this.database.query<{ sequence: string }>(
      'SELECT sequence FROM consumer_offset WHERE consumer = $1 AND stream_id = $2',
      [work.consumer.name, stream],
    );
    return new ConsumerFailure(stream, Number(rows[0]?.sequence ?? 0) + 1, error);
  }
}

function isOutage(error: unknown): boolean {
  const cause = error instanceof ConsumerFailure ? error.cause : error;
  return OUTAGES.has(errorCode(cause) ?? '') || isConnectionLoss(cause) || isRetryable(cause);
}

function takeSome(set: Set<string>, limit: number): string[] {
  const taken: string[] = [];
  for (const item of set) {
    if (taken.length === limit) break;
    taken.push(item);
    set.delete(item);
  }
  return taken;
}
