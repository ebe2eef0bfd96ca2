import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders that wait here for a trigger, and what they wait for. */
export class HoldConditions1763700300000 implements MigrationInterface {
  readonly name = 'HoldConditions1763700300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE orders ADD COLUMN conditions jsonb, ADD COLUMN progress jsonb');
    for (const [domain, { now }] of VALUES) await widen(queryRunner, domain, now);
    await queryRunner.query(BY_GROUP);
    await queryRunner.query(BY_EXECUTION);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE orders DROP COLUMN conditions, DROP COLUMN progress');
    for (const [domain, { before }] of VALUES) await widen(queryRunner, domain, before);
  }
}

async function widen(queryRunner: QueryRunner, domain: string, values: readonly string[]): Promise<void> {
  const list = values.map((value) => `'${value}'`).join(', ');
  await queryRunner.query(`ALTER DOMAIN ${domain} DROP CONSTRAINT ${domain}_values`);
  await queryRunner.query(
    `ALTER DOMAIN ${domain} ADD CONSTRAINT ${domain}_values CHECK (VALUE IN (${list}))`,
  );
}

const TYPES = ['MARKET', 'LIMIT'];
const TIMES = ['GTC', 'IOC', 'FOK'];
const STATUSES = [
  'RISK_DENIED',
  'PENDING_SUBMIT',
  'OUTCOME_UNKNOWN',
  'NEW',
  'PARTIALLY_FILLED',
  'PENDING_CANCEL',
  'FILLED',
  'CANCELED',
  'REJECTED',
  'EXPIRED',
];
const TRIGGERED = [
  'STOP_MARKET',
  'STOP_LIMIT',
  'TAKE_PROFIT_MARKET',
  'TAKE_PROFIT_LIMIT',
  'TRAILING_STOP_MARKET',
];

const VALUES: readonly (readonly [domain: string, { before: string[]; now: string[] }])[] = [
  ['order_type', { before: TYPES, now: [...TYPES, ...TRIGGERED] }],
  ['order_time_in_force', { before: TIMES, now: [...TIMES, 'GTD'] }],
  ['order_status', { before: STATUSES, now: ['CREATED', ...STATUSES] }],
];

const BY_GROUP = `CREATE INDEX orders_group ON orders ((conditions -> 'group' ->> 'groupId'), account_id)
  WHERE conditions -> 'group' ->> 'groupId' IS NOT NULL`;
const BY_EXECUTION = `CREATE INDEX orders_execution ON orders ((conditions ->> 'executionId'), account_id)
  WHERE conditions ->> 'executionId' IS NOT NULL`;
