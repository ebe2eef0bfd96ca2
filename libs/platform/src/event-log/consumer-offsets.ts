import { Injectable } from '@nestjs/common';
import { Clock, DomainError } from '@sextant/kernel';
import { EVENT_CHANNEL } from '../commit/index.js';
import { Database } from '../database/index.js';
import type { ConsumerFailure } from './consume-streams.js';
import type { EventConsumer } from './event-consumer.js';
import { SystemLog } from './system-log.js';

/** When a failing stream is tried again, and when it is given up. */
export interface RetryPolicy {
  maxAttempts: number;
  /** Doubles with each attempt. */
  firstPauseMs: number;
}

/** What a failed attempt leads to. */
export interface FailedAttempt {
  parked: boolean;
  retryAfterMs: number;
}

export interface ParkedStream {
  consumer: string;
  streamId: string;
  /** The event that cannot be handled. */
  sequence: number;
  error: string;
}

/** How far one consumer has come, over all streams. */
export interface ConsumerProgress {
  consumer: string;
  streams: number;
  /** Events that it has handled or passed over. */
  handled: number;
  /** Events that it has not: those of parked streams as well. */
  lag: number;
  /** Streams that wait for another attempt. */
  retrying: number;
  parked: number;
}

const PROGRESS = `
SELECT c.consumer, count(*)::int AS streams, sum(coalesce(o.sequence, 0))::float8 AS handled,
  sum(greatest(s.seq - coalesce(o.sequence, 0), 0))::float8 AS lag,
  (count(*) FILTER (WHERE o.attempts > 0 AND o.parked_at IS NULL))::int AS retrying,
  count(o.parked_at)::int AS parked
FROM (SELECT DISTINCT consumer FROM consumer_offset) c
CROSS JOIN (SELECT account_id AS stream_id, seq FROM account_stream
            UNION ALL SELECT stream_id, seq FROM log_stream) s
LEFT JOIN consumer_offset o ON o.consumer = c.consumer AND o.stream_id = s.stream_id
GROUP BY c.consumer ORDER BY c.consumer`;

const BEHIND = `
SELECT s.stream_id FROM (
  SELECT account_id AS stream_id, seq FROM account_stream UNION ALL SELECT stream_id, seq FROM log_stream) s
LEFT JOIN consumer_offset o ON o.consumer = $1 AND o.stream_id = s.stream_id
WHERE s.seq > coalesce(o.sequence, 0) AND o.parked_at IS NULL AND (o.retry_at IS NULL OR o.retry_at <= now())`;

const FAILED = `
UPDATE consumer_offset SET attempts = attempts + 1, error = left($4, 2000),
  retry_at = now() + least($6 * 2 ^ attempts, 3600000) * interval '1 millisecond',
  parked_at = CASE WHEN attempts + 1 >= $5 THEN now() END
WHERE consumer = $1 AND stream_id = $2 AND sequence = $3 - 1 AND parked_at IS NULL
RETURNING parked_at IS NOT NULL AS parked, (extract(epoch FROM retry_at - now()) * 1000)::float8 AS "retryAfterMs"`;

/** How far each consumer has come in each stream, and what stands in its way. */
@Injectable()
export class ConsumerOffsets {
  constructor(
    private readonly database: Database,
    private readonly systemLog: SystemLog,
    private readonly clock: Clock,
  ) {}

  /** Streams with events that the consumer has not handled. */
  async behind(consumer: string): Promise<string[]> {
    const rows = await this.database.query<{ stream_id: string }>(BEHIND, [consumer]);
    return rows.map(({ stream_id }) => stream_id);
  }

  /** Makes sure that the streams have an offset to be claimed. */
  async ensure(consumer: string, streamIds: readonly string[]): Promise<void> {
    await this.database.query(
      `INSERT INTO consumer_offset (consumer, stream_id, sequence)
       SELECT $1, i, 0 FROM unnest($2::text[]) AS i ORDER BY i ON CONFLICT DO NOTHING`,
      [consumer, streamIds],
    );
  }

  /** Counts a failed attempt; after the last one the stream is parked, which the system stream tells. */
  async failed(consumer: string, failure: ConsumerFailure, policy: RetryPolicy): Promise<FailedAttempt> {
    const { streamId, sequence, cause } = failure;
    const error = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return this.database.transaction(async (client) => {
      const values = [consumer, streamId, sequence, error, policy.maxAttempts, policy.firstPauseMs];
      const { rows } = await client.query<FailedAttempt>(FAILED, values);
      const attempt = rows[0] ?? { parked: false, retryAfterMs: 0 };
      if (attempt.parked) {
        const payload = { consumer, streamId, sequence, attempts: policy.maxAttempts, error };
        await this.systemLog.append(
          [{ type: 'ConsumerStreamParked', payload, occurredAt: this.clock.now(), actor: 'system' }],
          client,
        );
      }
      return attempt;
    });
  }

  /** Every consumer that ever ran on this database, by name. */
  async progress(): Promise<ConsumerProgress[]> {
    return this.database.query<ConsumerProgress>(PROGRESS);
  }

  async parked(): Promise<ParkedStream[]> {
    return this.database.query<ParkedStream>(
      `SELECT consumer, stream_id AS "streamId", (sequence + 1)::float8 AS sequence, coalesce(error, '') AS error
       FROM consumer_offset WHERE parked_at IS NOT NULL ORDER BY consumer, stream_id`,
    );
  }

  /** Tries a parked stream again, from the event that failed. @throws DomainError CONSUMER_STREAM_NOT_PARKED */
  async resume(consumer: string, streamId: string, actor: string): Promise<void> {
    await this.release(consumer, streamId, actor, 0);
  }

  /** Leaves out the event that failed, for good. @throws DomainError CONSUMER_STREAM_NOT_PARKED */
  async stepOver(consumer: string, streamId: string, actor: string): Promise<void> {
    await this.release(consumer, streamId, actor, 1);
  }

  /**
   * Removes the consumer's effect and sets its offsets back, in one transaction. Consumers stand still meanwhile.
   * @throws DomainError CONSUMER_NOT_REPLAYABLE
   */
  async replay(consumer: EventConsumer, actor: string): Promise<void> {
    const { name } = consumer;
    if (consumer.reset === undefined) {
      throw new DomainError('CONSUMER_NOT_REPLAYABLE', `${name} does not say how its effect is removed.`);
    }
    await this.database.transaction(async (client) => {
      await client.query('LOCK TABLE consumer_offset IN EXCLUSIVE MODE');
      await consumer.reset?.(client);
      await client.query(
        `UPDATE consumer_offset SET sequence = 0, attempts = 0, retry_at = NULL, parked_at = NULL, error = NULL
         WHERE consumer = $1`,
        [name],
      );
      const told = { type: 'ConsumerReplayed', payload: { consumer: name }, actor };
      await this.systemLog.append([{ ...told, occurredAt: this.clock.now() }], client);
      await client.query('SELECT pg_notify($1, $2)', [EVENT_CHANNEL, '']);
    });
  }

  private async release(consumer: string, streamId: string, actor: string, skip: 0 | 1): Promise<void> {
    await this.database.transaction(async (client) => {
      const { rows } = await client.query<{ sequence: string }>(
        `UPDATE consumer_offset
         SET sequence = sequence + $3, attempts = 0, retry_at = NULL, parked_at = NULL, error = NULL
         WHERE consumer = $1 AND stream_id = $2 AND parked_at IS NOT NULL RETURNING sequence`,
        [consumer, streamId, skip],
      );
      const [row] = rows;
      if (row === undefined) {
        throw new DomainError('CONSUMER_STREAM_NOT_PARKED', `${consumer} has not parked ${streamId}.`);
      }
      const payload = { consumer, streamId, sequence: Number(row.sequence) + 1 - skip };
      const type = skip === 1 ? 'ConsumerEventSteppedOver' : 'ConsumerStreamResumed';
      await this.systemLog.append([{ type, payload, occurredAt: this.clock.now(), actor }], client);
      await client.query('SELECT pg_notify($1, $2)', [EVENT_CHANNEL, streamId]);
    });
  }
}
