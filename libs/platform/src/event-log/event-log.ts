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

const POSITION = `
SELECT coalesce(s.seq, 0) AS seq, s.event_hash, coalesce(e.last_seq, 0) AS last_seq
FROM (SELECT max(stream_seq) AS last_seq FROM event_log WHERE stream_id = $1) e
LEFT JOIN (SELECT seq, event_hash FROM account_stream WHERE account_id = $1
           UNION ALL SELECT seq, event_hash FROM log_stream WHERE stream_id = $1) s ON true`;

const STREAMS = `
WITH RECURSIVE told (stream_id) AS (
  SELECT min(stream_id) FROM event_log
  UNION ALL SELECT (SELECT min(e.stream_id) FROM event_log e WHERE e.stream_id > t.stream_id)
  FROM told t WHERE t.stream_id IS NOT NULL)
SELECT stream_id FROM told WHERE stream_id IS NOT NULL
UNION SELECT account_id FROM account_stream UNION SELECT stream_id FROM log_stream ORDER BY 1`;

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

  /** Every stream that has events or a place for them, in order. Skips from one to the next: never the whole log. */
  async streams(): Promise<string[]> {
    const rows = await this.database.query<{ stream_id: string }>(STREAMS);
    return rows.map(({ stream_id }) => stream_id);
  }

  /** Sequence of the stream's last event; 0 for a stream that does not exist. */
  async head(streamId: string): Promise<number> {
    return (await this.position(streamId)).seq;
  }

  /**
   * Recomputes the hash chain above `from` (0: from the beginning; a verified sequence, to go on from there) and
   * compares its end with the stream's row, so that a cut or an added tail is found too.
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
    if (previous !== head.hash) return { intact: false, checked: sequence - from, firstBad: sequence };
    const intact = head.lastSeq <= head.seq;
    return { intact, checked: sequence - from, firstBad: intact ? null : head.seq + 1 };
  }

  /**
   * Removes the consumer's effect and lets it handle every event again, from the first one of every stream.
   * @throws DomainError CONSUMER_UNKNOWN, CONSUMER_NOT_REPLAYABLE
   */
  async replay(consumerName: string, actor: string): Promise<void> {
    await this.offsets.replay(this.registry.get(consumerName), actor);
  }

  /** Where the stream's row says that it ends, and where its events do, both at one instant. */
  private async position(streamId: string): Promise<{ seq: number; hash: string; lastSeq: number }> {
    const [row] = await this.database.query<{ seq: string; event_hash: string; last_seq: string }>(POSITION, [
      streamId,
    ]);
    const { seq = 0, event_hash: hash = GENESIS_HASH, last_seq: lastSeq = 0 } = row ?? {};
    return { seq: Number(seq), hash: hash ?? GENESIS_HASH, lastSeq: Number(lastSeq) };
  }

  private async hashAt(streamId: string, sequence: number): Promise<string | null> {
    const [row] = await this.database.query<{ hash: string }>(
      'SELECT hash FROM event_log WHERE stream_id = $1 AND stream_seq = $2',
      [streamId, sequence],
    );
    return row?.hash ?? null;
  }
}
