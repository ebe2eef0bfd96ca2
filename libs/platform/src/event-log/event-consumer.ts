import type { EventEnvelope } from '@sextant/contracts';
import type { PoolClient } from 'pg';

/** Reacts to events of the log, exactly once as far as its effect lies in the database. */
export abstract class EventConsumer {
  /** Key of the consumer's offsets: never changes once published. */
  abstract readonly name: string;
  abstract readonly types: readonly string[] | 'ALL';

  /**
   * Events of one stream, in order. What it writes with `client` commits together with the offset, or not at all;
   * it may be called again with the same events after a failure.
   */
  abstract handle(events: EventEnvelope[], client: PoolClient): Promise<void>;

  /** Removes the consumer's effect, so that a replay from zero builds it anew. Without it a replay is refused. */
  reset?(client: PoolClient): Promise<void>;
}
