import { grantAppendOnly, isolateByAccount } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The double-entry ledger. The database itself refuses what would not balance, what would be added to a transaction
 * later, and any change; both triggers run once per statement, over the rows it inserted, so a transaction's header
 * and its lines come in one statement.
 */
export class CreateLedger1763600210000 implements MigrationInterface {
  readonly name = 'CreateLedger1763600210000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE ledger_transaction (
        account_id     text COLLATE "C" NOT NULL,
        transaction_id text COLLATE "C" NOT NULL,
        chain_sequence bigint NOT NULL CHECK (chain_sequence > 0),
        kind           text COLLATE "C" NOT NULL CHECK (kind <> ''),
        reference      text COLLATE "C" NOT NULL CHECK (length(reference) BETWEEN 1 AND 300),
        occurred_at    timestamptz(3) NOT NULL,
        memo           jsonb NOT NULL CHECK (jsonb_typeof(memo) = 'object'),
        posting_count  integer NOT NULL CHECK (posting_count BETWEEN 2 AND 1000),
        previous_hash  text COLLATE "C" NOT NULL,
        hash           text COLLATE "C" NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
        PRIMARY KEY (account_id, transaction_id),
        CONSTRAINT ledger_transaction_reference UNIQUE (account_id, reference),
        CONSTRAINT ledger_transaction_chain UNIQUE (account_id, chain_sequence)
      )`);
    await queryRunner.query(`
      CREATE TABLE ledger_posting (
        account_id     text COLLATE "C" NOT NULL,
        transaction_id text COLLATE "C" NOT NULL,
        line           integer NOT NULL CHECK (line BETWEEN 1 AND 1000),
        account        text COLLATE "C" NOT NULL CHECK (account <> ''),
        asset          text COLLATE "C" NOT NULL CHECK (asset <> ''),
        amount         numeric(38,0) NOT NULL CHECK (amount <> 0 AND amount <> 'NaN'),
        PRIMARY KEY (account_id, transaction_id, line)
      )`);
    await queryRunner.query(
      'CREATE INDEX ledger_transaction_day ON ledger_transaction (account_id, occurred_at)',
    );
    await queryRunner.query(
      `CREATE INDEX ledger_transaction_cash ON ledger_transaction (account_id, chain_sequence) WHERE kind <> 'FILL'`,
    );
    await queryRunner.query(POSTINGS_BALANCE);
    await queryRunner.query(TRANSACTIONS_COMPLETE);
    await trigger(queryRunner, 'ledger_posting', 'ledger_postings_balance');
    await trigger(queryRunner, 'ledger_transaction', 'ledger_transactions_complete');
    for (const table of ['ledger_transaction', 'ledger_posting']) {
      await grantAppendOnly(queryRunner, table);
      await isolateByAccount(queryRunner, table);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE ledger_posting, ledger_transaction');
    await queryRunner.query('DROP FUNCTION ledger_postings_balance(), ledger_transactions_complete()');
  }
}

async function trigger(queryRunner: QueryRunner, table: string, check: string): Promise<void> {
  await queryRunner.query(`
    CREATE TRIGGER ${check} AFTER INSERT ON ${table} REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION ${check}()`);
}

/**
 * Lines 1…posting_count in one statement: a later one would be a second line of its number. SECURITY INVOKER with a
 * fixed search path, so that no other schema can put its own tables in the way.
 */
const POSTINGS_BALANCE = `
  CREATE FUNCTION ledger_postings_balance() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
  DECLARE bad record;
  BEGIN
    SELECT account_id, transaction_id, asset, sum(amount) AS off INTO bad
      FROM inserted GROUP BY account_id, transaction_id, asset HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'ledger transaction % is off by % %', bad.transaction_id, bad.off, bad.asset
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_posting_balanced', TABLE = 'ledger_posting';
    END IF;
    SELECT i.transaction_id INTO bad
      FROM (SELECT account_id, transaction_id, count(*) AS lines, max(line) AS last
              FROM inserted GROUP BY account_id, transaction_id) i
      LEFT JOIN ledger_transaction t USING (account_id, transaction_id)
      WHERE t.posting_count IS NULL OR i.lines <> t.posting_count OR i.last <> t.posting_count LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'ledger transaction % does not consist of these lines', bad.transaction_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_posting_complete', TABLE = 'ledger_posting';
    END IF;
    RETURN NULL;
  END $$`;

const TRANSACTIONS_COMPLETE = `
  CREATE FUNCTION ledger_transactions_complete() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
  DECLARE bad record;
  BEGIN
    SELECT t.transaction_id INTO bad FROM inserted t
      WHERE t.posting_count <> (SELECT count(*) FROM ledger_posting p
        WHERE p.account_id = t.account_id AND p.transaction_id = t.transaction_id) LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'ledger transaction % came without its lines', bad.transaction_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_complete', TABLE = 'ledger_transaction';
    END IF;
    RETURN NULL;
  END $$`;
