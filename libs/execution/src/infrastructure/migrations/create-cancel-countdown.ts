import { grantReadWrite, isolateByAccount, keepRows } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The dead man's switch of an account: when all of its orders are cancelled, unless somebody asks for more time. */
export class CreateCancelCountdown1763701000000 implements MigrationInterface {
  readonly name = 'CreateCancelCountdown1763701000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE cancel_countdown (
        account_id      text COLLATE "C" PRIMARY KEY,
        state           text COLLATE "C" NOT NULL CHECK (state IN ('ARMED', 'DISARMED', 'EXPIRED')),
        seconds         int NOT NULL CHECK (seconds >= 0),
        keep_protective boolean NOT NULL,
        at_venue        boolean NOT NULL,
        armed_at        timestamptz(3) NOT NULL,
        expires_at      timestamptz(3) NOT NULL,
        actor           text
      )`);
    await grantReadWrite(queryRunner, 'cancel_countdown');
    await keepRows(queryRunner, 'cancel_countdown');
    await isolateByAccount(queryRunner, 'cancel_countdown');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE cancel_countdown');
  }
}
