import type { EventEnvelope } from '@sextant/contracts';
import { Injectable } from '@nestjs/common';
import { continuesChain, GENESIS_HASH } from '../commit/hash-chain.js';
import { Database } from '../database/index.js';
import { ConsumerOffsets } from './consumer-offsets.js';
import { ConsumerRegistry } from './consumer-registry.js';
import { envelopeOf, EVENT_COLUMNS } from './read-events.js';
import type { EventRow } from './read-events.js';

/** The verdict on a stream's hash chain. */
export interface ChainVerdict {
  intact: boolean;
  /** Events looked at. */
  checked: number;
  /** The first sequence that is missing, out of place or altered; null when intact. */
  firstBad: number | null;
}

const PAGE = 1_000;

/** Reads of the log. An event is visible from the moment its commit is answered, and never changes. */
@Injectable()
export class EventLog {
  constructor(
    private readonly database: Database,
    private readonly registry: ConsumerRegistry,
    private readonly offsets: ConsumerOffsets,
  ) {}

  /** Events of one stream above `afterSequence`, in order, without gaps. */
  async read(streamId: string, afterSequence: number, limit: number): Promise<EventEnvelope[]> {
    const rows = await this.database.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM event_log e WHERE stream_id = $1 AND stream_seq > $2
       ORDER BY stream_seq LIMIT $3`,
      [streamId, afterSequence, limit],
    );
    return rows.map(envelopeOf);
  }

  /** Sequence of the stream's last event; 0 for a stream that does not exist. */
  async head(streamId: string): Promise<number> {
    return (await this.position(streamId)).seq;
  }

  /**
   * Recomputes the hash chain above `from` (0: from the beginning; a verified sequence, to go on from there) and
   * compares its end with the stream's row, so that a cut tail is found too.
   */
  async verify(streamId: string, from = 0): Promise<ChainVerdict> {
    const head = await this.position(streamId);
    let previous = from === 0 ? GENESIS_HASH : await this.hashAt(streamId, from);
    let sequence = from;
    while (previous !== null && sequence < head.seq) {
      const events = await this.read(streamId, sequence, Math.min(PAGE, head.seq - sequence));
      if (events.length === 0) return { intact: false, checked: sequence - from, firstBad: sequence + 1 };
      for (const event of events) {
        if (event.sequence !== sequence + 1 || !continuesChain(previous, event)) {
          return { intact: false, checked: sequence - from, firstBad: sequence + 1 };
        }
        previous = event.hash;
        sequence += 1;
      }
    }
    const intact = previous === head.hash;
    return { intact, checked: sequence - from, firstBad: intact ? null : sequence };
  }

  /**
   * Removes the consumer's effect and lets it handle every event again, from the first one of every stream.
   * @throws DomainError CONSUMER_UNKNOWN, CONSUMER_NOT_REPLAYABLE
   */
  async replay(consumerName: string): Promise<void> {
    await this.offsets.replay(this.registry.get(consumerName));
  }

  private async position(streamId: string): Promise<{ seq: number; hash: string }> {
    const [row] = await this.database.query<{ seq: string; event_hash: string }>(
      `SELECT seq, event_hash FROM account_stream WHERE account_id = $1
       UNION ALL SELECT seq, event_hash FROM log_stream WHERE stream_id = $1`,
      [streamId],
    );
    return { seq: Number(row?.seq ?? 0), hash: row?.event_hash ?? GENESIS_HASH };
  }

  private async hashAt(streamId: string, sequence: number): Promise<string | null> {
    const [row] = await this.database.query<{ hash: string }>(
      'SELECT hash FROM event_log WHERE stream_id = $1 AND stream_seq = $2',
      [streamId, sequence],
    );
    return row?.hash ?? null;
  }
}
