import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantReadWrite, isolateByTenant } from '../../database/index.js';

/** Long work as a resource. Where it stands is decided here; the engine only brings it to a process. */
export class CreateJob1763701501000 implements MigrationInterface {
  readonly name = 'CreateJob1763701501000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE job (
        job_id              text COLLATE "C" PRIMARY KEY,
        tenant_id           text COLLATE "C" NOT NULL,
        account_id          text COLLATE "C",
        kind                text COLLATE "C" NOT NULL,
        only_one            text COLLATE "C",
        status              text NOT NULL
          CHECK (status IN ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELED')),
        progress            double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
        input               jsonb NOT NULL,
        result              jsonb,
        error               jsonb,
        checkpoint          jsonb,
        ticket              uuid,
        attempts            integer NOT NULL DEFAULT 0,
        failures            integer NOT NULL DEFAULT 0,
        process             text,
        cancel_requested_at timestamptz(3),
        created_at          timestamptz(3) NOT NULL,
        created_by          text NOT NULL,
        trace_id            text,
        started_at          timestamptz(3),
        ended_at            timestamptz(3),
        CHECK ((status IN ('QUEUED', 'RUNNING')) = (ended_at IS NULL))
      )`);
    await queryRunner.query('CREATE INDEX job_of_tenant ON job (tenant_id, job_id)');
    await queryRunner.query('CREATE INDEX job_age ON job (ended_at) WHERE ended_at IS NOT NULL');
    await queryRunner.query('CREATE INDEX job_open ON job (kind, status) WHERE ended_at IS NULL');
    await queryRunner.query(
      'CREATE UNIQUE INDEX job_only_one ON job (tenant_id, kind, only_one) WHERE ended_at IS NULL',
    );
    await grantReadWrite(queryRunner, 'job');
    await isolateByTenant(queryRunner, 'job');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE job');
  }
}
