import type { EventEnvelope } from '@sextant/contracts';
import type { TenantId } from '@sextant/kernel';
import type { Database } from '../database/index.js';
import { envelopeOf, EVENT_COLUMNS } from '../event-log/read-events.js';
import type { EventRow } from '../event-log/read-events.js';
import { SYSTEM_STREAM } from '../event-log/system-log.js';
import { pageOf } from '../paging/index.js';
import type { Page, PageRequest } from '../paging/index.js';

export interface AuditRequest extends PageRequest {
  /** An account's or a bot's stream; null for the `system` stream. */
  streamId: string | null;
  /** Only events of this type. */
  type: string | null;
}

/**
 * The event log as an auditor reads it, the newest event first. Streams of accounts are read under row-level security; of
 * the `system` stream a tenant sees what concerns itself or everybody.
 */
export class AuditLog {
  constructor(private readonly database: Database) {}

  async page(tenantId: TenantId, request: AuditRequest): Promise<Page<EventEnvelope>> {
    const rows =
      request.streamId === null ? await this.system(tenantId, request) : await this.stream(tenantId, request);
    return pageOf(rows, request, (row) => [Number(row.stream_seq)], envelopeOf);
  }

  private stream(tenantId: TenantId, request: AuditRequest): Promise<EventRow[]> {
    const sql = `SELECT ${EVENT_COLUMNS} FROM event_log e
      WHERE stream_id = $1 AND stream_seq < $2 AND ($3::text IS NULL OR type = $3)
      ORDER BY stream_seq DESC LIMIT $4`;
    const values = [request.streamId, below(request), request.type, request.limit + 1];
    return this.database.read(tenantId, (manager) => manager.query<EventRow[]>(sql, values));
  }

  private system(tenantId: TenantId, request: AuditRequest): Promise<EventRow[]> {
    const sql = `SELECT ${EVENT_COLUMNS} FROM event_log e
      WHERE stream_id = $1 AND stream_seq < $2 AND ($3::text IS NULL OR type = $3)
        AND coalesce(payload ->> 'tenantId', $5) = $5
      ORDER BY stream_seq DESC LIMIT $4`;
    const values = [SYSTEM_STREAM, below(request), request.type, request.limit + 1, tenantId];
    return this.database.query<EventRow>(sql, values);
  }
}

/** The cursor is the sequence of the last event shown; the newest page begins below no limit. */
function below({ after }: AuditRequest): number {
  return Number(after?.[0] ?? Number.MAX_SAFE_INTEGER);
}
