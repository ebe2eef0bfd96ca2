import { grantAppendOnly, grantReadWrite, isolateByAccount, keepRows } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Executions, and which order each of their slices became. */
export class CreateExecutions1763700900000 implements MigrationInterface {
  readonly name = 'CreateExecutions1763700900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [EXECUTION, SLICE, OPEN]) await queryRunner.query(statement);
    await grantReadWrite(queryRunner, 'execution');
    await keepRows(queryRunner, 'execution');
    await grantAppendOnly(queryRunner, 'execution_slice');
    for (const table of ['execution', 'execution_slice']) await isolateByAccount(queryRunner, table);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE execution_slice, execution');
  }
}

const EXECUTION = `
  CREATE TABLE execution (
    account_id      text COLLATE "C" NOT NULL,
    execution_id    text COLLATE "C" NOT NULL,
    venue           text COLLATE "C" NOT NULL,
    symbol          text COLLATE "C" NOT NULL,
    side            text COLLATE "C" NOT NULL CHECK (side IN ('BUY', 'SELL')),
    algorithm       text COLLATE "C" NOT NULL CHECK (algorithm IN ('TWAP', 'VWAP', 'ICEBERG', 'POV')),
    lots            bigint NOT NULL CHECK (lots > 0),
    tick_size       numeric(38,0) NOT NULL CHECK (tick_size > 0 AND tick_size <> 'NaN'),
    step_size       numeric(38,0) NOT NULL CHECK (step_size > 0 AND step_size <> 'NaN'),
    terms           jsonb NOT NULL,
    schedule        jsonb NOT NULL,
    status          text COLLATE "C" NOT NULL CHECK
      (status IN ('SCHEDULED', 'RUNNING', 'PAUSED', 'COMPLETED', 'CANCELED', 'FAILED')),
    reason          jsonb,
    waiting         jsonb,
    cancels_resting boolean NOT NULL,
    arrival_price   numeric(38,0) CHECK (arrival_price > 0 AND arrival_price <> 'NaN'),
    created_at      timestamptz(3) NOT NULL,
    started_at      timestamptz(3),
    updated_at      timestamptz(3) NOT NULL,
    closed_at       timestamptz(3),
    version         integer NOT NULL CHECK (version > 0),
    PRIMARY KEY (account_id, execution_id),
    CONSTRAINT execution_closed_when_ended CHECK
      (closed_at IS NULL OR status IN ('COMPLETED', 'CANCELED', 'FAILED'))
  )`;

const SLICE = `
  CREATE TABLE execution_slice (
    account_id    text COLLATE "C" NOT NULL,
    execution_id  text COLLATE "C" NOT NULL,
    slice         integer NOT NULL CHECK (slice >= 0),
    order_id      text COLLATE "C" NOT NULL,
    observed_lots bigint NOT NULL CHECK (observed_lots >= 0),
    sent_at       timestamptz(3) NOT NULL,
    PRIMARY KEY (account_id, execution_id, slice)
  )`;

const OPEN = 'CREATE INDEX execution_open ON execution (account_id) WHERE closed_at IS NULL';
