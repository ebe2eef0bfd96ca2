import type { Database } from '@sextant/platform';
import { VenueHalts } from './venue-halts.js';
import type { VenueHalt } from './venue-halts.js';

interface HaltRow {
  venue: string;
  until_ms: string;
  reason: string;
  status: number;
  halted_ms: string;
}

const LOAD = `
SELECT venue, (extract(epoch FROM until) * 1000)::bigint AS until_ms, reason, status,
       (extract(epoch FROM halted_at) * 1000)::bigint AS halted_ms
FROM venue_halt`;

const STORE = `
INSERT INTO venue_halt AS known (venue, until, reason, status, halted_at)
VALUES ($1, 'epoch'::timestamptz + $2::bigint * interval '1 millisecond', $3, $4,
        'epoch'::timestamptz + $5::bigint * interval '1 millisecond')
ON CONFLICT (venue) DO UPDATE
SET until = excluded.until, reason = excluded.reason, status = excluded.status, halted_at = excluded.halted_at
WHERE known.until < excluded.until`;

export class DatabaseVenueHalts extends VenueHalts {
  constructor(private readonly database: Database) {
    super();
  }

  async load(): Promise<VenueHalt[]> {
    const rows = await this.database.query<HaltRow>(LOAD, []);
    return rows.map(({ venue, until_ms, reason, status, halted_ms }) => ({
      venue,
      until: Number(until_ms),
      reason,
      status,
      haltedAt: Number(halted_ms),
    }));
  }

  async store({ venue, until, reason, status, haltedAt }: VenueHalt): Promise<void> {
    await this.database.query(STORE, [venue, Math.ceil(until), reason, status, Math.floor(haltedAt)]);
  }
}
