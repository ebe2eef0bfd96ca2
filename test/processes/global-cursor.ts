import pg from 'pg';
import { pause } from './storm.js';

/** BARE: everything above the last position seen. HORIZON: only what no running transaction may still precede. */
export type CursorKind = 'BARE' | 'HORIZON';

const CONDITION = { BARE: 'true', HORIZON: 'xid < pg_snapshot_xmin(pg_current_snapshot())' };

/**
 * A consumer as one would build it at first: one cursor over one global position. It is here to be caught: positions
 * are handed out in another order than transactions commit in.
 */
export class GlobalCursor {
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly url: string,
    private readonly kind: CursorKind,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Reads what is left, and ends. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async run(): Promise<void> {
    const client = new pg.Client(this.url);
    await client.connect();
    for (let cursor = 0; ;) {
      const last = this.stopping;
      const { rows } = await client.query<{ position: string }>(
        `WITH seen AS MATERIALIZED (
           SELECT position, stream_id, stream_seq FROM event_log
           WHERE position > $1 AND ${CONDITION[this.kind]} ORDER BY position LIMIT 1000),
         effect AS (INSERT INTO storm_effect (consumer, stream_id, sequence)
           SELECT $2, stream_id, stream_seq FROM seen ORDER BY position)
         SELECT position FROM seen ORDER BY position`,
        [cursor, this.kind],
      );
      cursor = Number(rows.at(-1)?.position ?? cursor);
      if (rows.length === 0 && last) break;
      if (rows.length === 0) await pause(2);
    }
    await client.end();
  }
}
