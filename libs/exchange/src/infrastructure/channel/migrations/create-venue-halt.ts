import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Venues that banned this installation, until when. No tenant's business: readers have no right to it. */
export class CreateVenueHalt1763600500000 implements MigrationInterface {
  readonly name = 'CreateVenueHalt1763600500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE venue_halt (
        venue     text COLLATE "C" PRIMARY KEY,
        until     timestamptz(3) NOT NULL,
        reason    text NOT NULL,
        status    integer NOT NULL,
        halted_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('REVOKE ALL ON venue_halt FROM PUBLIC, sextant_writer, sextant_reader');
    await queryRunner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON venue_halt TO sextant_writer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE venue_halt');
  }
}
