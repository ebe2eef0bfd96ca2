import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What set a comparison off, who, how long it took, and every kind of outcome. */
export class ExplainReconciliation1763701400000 implements MigrationInterface {
  readonly name = 'ExplainReconciliation1763701400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE reconciliation
        ADD COLUMN trigger text COLLATE "C" NOT NULL DEFAULT 'SCHEDULE'
          CHECK (trigger IN ('START', 'SCHEDULE', 'ON_DEMAND')),
        ADD COLUMN actor text COLLATE "C" NOT NULL DEFAULT 'sextant:reconciliation',
        ADD COLUMN trades jsonb,
        ADD COLUMN duration_ms integer NOT NULL DEFAULT 0 CHECK (duration_ms >= 0),
        DROP CONSTRAINT reconciliation_outcome_check`);
    await queryRunner.query(`UPDATE reconciliation SET outcome = 'CORRECTED' WHERE outcome = 'DUST'`);
    await queryRunner.query(`
      ALTER TABLE reconciliation ADD CONSTRAINT reconciliation_outcome_check
        CHECK (outcome IN ('EQUAL', 'IN_FLIGHT', 'UNREACHABLE', 'CORRECTED', 'DIFFERENT'))`);
    await queryRunner.query(`UPDATE reconciliation SET differences = (
      SELECT coalesce(jsonb_agg(d || '${OLD_DIFFERENCE}'), '[]') FROM jsonb_array_elements(differences) d)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DELETE FROM reconciliation WHERE outcome IN ('IN_FLIGHT', 'UNREACHABLE', 'CORRECTED')`,
    );
    await queryRunner.query(`
      ALTER TABLE reconciliation DROP COLUMN trigger, DROP COLUMN actor, DROP COLUMN trades,
        DROP COLUMN duration_ms, DROP CONSTRAINT reconciliation_outcome_check`);
    await queryRunner.query(`
      ALTER TABLE reconciliation ADD CONSTRAINT reconciliation_outcome_check
        CHECK (outcome IN ('EQUAL', 'DUST', 'DIFFERENT'))`);
  }
}

/** What was not kept of a difference before. */
const OLD_DIFFERENCE = JSON.stringify({
  subject: 'BALANCE',
  classification: 'UNEXPLAINED',
  status: 'OPEN',
  symbol: null,
  difference: null,
  correctedBy: null,
  evidence: {},
  hint: null,
});
