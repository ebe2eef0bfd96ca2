import { Instrument } from '@sextant/kernel';
import type { InstrumentSpec } from '@sextant/kernel';
import { Database } from '@sextant/platform';

const KEEP = `
  INSERT INTO venue.instrument AS kept (symbol, spec)
  SELECT spec->>'symbol', spec FROM jsonb_array_elements($1::jsonb) AS spec
  ON CONFLICT (symbol) DO UPDATE SET spec = excluded.spec
  WHERE kept.spec->>'tickSize' = excluded.spec->>'tickSize' AND kept.spec->>'stepSize' = excluded.spec->>'stepSize'`;

/** The instruments that the simulated exchange took over from a live venue, for the time when that is out of reach. */
export class PostgresListing {
  constructor(private readonly database: Database) {}

  async all(): Promise<Instrument[]> {
    const rows = await this.database.query<{ spec: InstrumentSpec }>(
      'SELECT spec FROM venue.instrument ORDER BY symbol',
      [],
    );
    return rows.map(({ spec }) => Instrument.load(spec));
  }

  /** Keeps them, but for those that are kept with another tick or step. @returns all that are kept */
  async keep(instruments: readonly Instrument[]): Promise<Instrument[]> {
    if (instruments.length > 0) {
      const specs = JSON.stringify(instruments.map(({ spec }) => spec));
      await this.database.transaction((client) => client.query(KEEP, [specs]));
    }
    return this.all();
  }
}
