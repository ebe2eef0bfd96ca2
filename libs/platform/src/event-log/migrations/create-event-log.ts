import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantAppendOnly, grantReadWrite } from '../../database/index.js';

/** The log, the streams that belong to no account, and how far each consumer has come in each stream. */
export class CreateEventLog1763600012000 implements MigrationInterface {
  readonly name = 'CreateEventLog1763600012000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // `json` keeps the text as it was written, which is what the hash covers.
    await queryRunner.query(`
      CREATE TABLE event_log (
        stream_id text COLLATE "C" NOT NULL,
        stream_seq bigint NOT NULL CHECK (stream_seq > 0),
        type text NOT NULL,
        payload json NOT NULL,
        occurred_at timestamptz(3) NOT NULL,
        actor text,
        trace_id text,
        hash text NOT NULL,
        PRIMARY KEY (stream_id, stream_seq)
      )`);
    await grantAppendOnly(queryRunner, 'event_log');
    // Tenants may see their own accounts only: the context that has the table of accounts opens it to the reader.
    await queryRunner.query('REVOKE ALL ON event_log FROM sextant_reader');
    await queryRunner.query(`
      CREATE TABLE log_stream (
        stream_id text COLLATE "C" PRIMARY KEY,
        seq bigint NOT NULL CHECK (seq >= 0),
        event_hash text NOT NULL
      ) WITH (fillfactor = 50)`);
    await grantReadWrite(queryRunner, 'log_stream');
    await queryRunner.query('REVOKE ALL ON log_stream FROM sextant_reader');
    await queryRunner.query(`
      CREATE TABLE consumer_offset (
        consumer text COLLATE "C" NOT NULL,
        stream_id text COLLATE "C" NOT NULL,
        sequence bigint NOT NULL CHECK (sequence >= 0),
        attempts int NOT NULL DEFAULT 0,
        retry_at timestamptz,
        parked_at timestamptz,
        error text,
        PRIMARY KEY (consumer, stream_id)
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)`);
    await grantReadWrite(queryRunner, 'consumer_offset');
    await queryRunner.query('REVOKE ALL ON consumer_offset FROM sextant_reader');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE consumer_offset, log_stream, event_log');
  }
}
