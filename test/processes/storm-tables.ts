import { accountTable } from '@sextant/platform';

export interface LastOperationRow {
  account_id: string;
  operation: string;
  k: number;
}

export interface OperationRow {
  account_id: string;
  operation: string;
}

/** Replaced with every operation: must equal the stream's last event. */
export const lastOperation = accountTable<LastOperationRow>({
  name: 'storm_last',
  columns: { account_id: 'text', operation: 'text', k: 'bigint' },
  key: ['account_id'],
  mode: 'UPSERT',
});

/** One row an operation: a second one of the same name is refused. */
export const operations = accountTable<OperationRow>({
  name: 'storm_operation',
  columns: { account_id: 'text', operation: 'text' },
  key: ['account_id', 'operation'],
  mode: 'INSERT',
});

/** Besides the accounts' tables: the effect of the consumer, and of two consumers that read by a global position. */
export const STORM_TABLES = `
CREATE TABLE storm_last (account_id text COLLATE "C" PRIMARY KEY, operation text NOT NULL, k bigint NOT NULL);
CREATE TABLE storm_operation (
  account_id text COLLATE "C", operation text, PRIMARY KEY (account_id, operation));
CREATE TABLE storm_effect (
  id bigserial PRIMARY KEY, consumer text NOT NULL, stream_id text COLLATE "C" NOT NULL, sequence bigint NOT NULL);
ALTER TABLE event_log ADD position bigserial, ADD xid xid8 NOT NULL DEFAULT pg_current_xact_id();
GRANT ALL ON storm_last, storm_operation, storm_effect TO sextant_writer;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO sextant_writer;
`;
