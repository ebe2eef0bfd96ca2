import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the simulated exchange lists: the rules as last told, on the grid that its journals count in. */
export class CreateVenueInstrument1763700500000 implements MigrationInterface {
  readonly name = 'CreateVenueInstrument1763700500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE venue.instrument (
        symbol text COLLATE "C" PRIMARY KEY,
        spec   jsonb NOT NULL
      )`);
    await queryRunner.query('GRANT SELECT, INSERT, UPDATE ON venue.instrument TO sextant_writer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE venue.instrument');
  }
}
