import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The simulated exchange's own store. Readers of tenants have no business in it: no row-level policy, no grant. */
export class CreateVenueJournal1763600400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE SCHEMA venue');
    await queryRunner.query(`
      CREATE TABLE venue.session (
        account_id text COLLATE "C" PRIMARY KEY,
        session    bigint NOT NULL CHECK (session > 0),
        seq        bigint NOT NULL CHECK (seq >= 0)
      ) WITH (fillfactor = 50)`);
    await queryRunner.query(`
      CREATE TABLE venue.journal (
        account_id text COLLATE "C" NOT NULL,
        seq        bigint NOT NULL CHECK (seq > 0),
        session    bigint NOT NULL,
        kind       "char" NOT NULL CHECK (kind IN ('D', 'P', 'F', 'C')),
        subject    text COLLATE "C" NOT NULL,
        payload    text NOT NULL,
        PRIMARY KEY (account_id, seq)
      )`);
    // A journal row that would execute an order, or book a deposit, for the second time cannot exist.
    await queryRunner.query(`
      CREATE UNIQUE INDEX journal_begins_once ON venue.journal (account_id, subject, kind) WHERE kind IN ('P', 'D')`);
    await queryRunner.query(`
      CREATE INDEX journal_goes_on ON venue.journal (account_id, subject) WHERE kind IN ('F', 'C')`);
    await queryRunner.query(`
      CREATE TABLE venue.snapshot (
        account_id text COLLATE "C" PRIMARY KEY,
        seq        bigint NOT NULL,
        body       text NOT NULL
      )`);
    await queryRunner.query(`
      CREATE TABLE venue.deposit (
        account_id text COLLATE "C" NOT NULL,
        reference  text COLLATE "C" NOT NULL,
        asset      text NOT NULL,
        units      numeric(38,0) NOT NULL CHECK (units > 0),
        at         bigint NOT NULL,
        PRIMARY KEY (account_id, reference)
      )`);
    await queryRunner.query('GRANT USAGE ON SCHEMA venue TO sextant_writer');
    await queryRunner.query('GRANT SELECT, INSERT ON venue.journal, venue.deposit TO sextant_writer');
    await queryRunner.query(
      'GRANT SELECT, INSERT, UPDATE ON venue.session, venue.snapshot TO sextant_writer',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA venue CASCADE');
  }
}
