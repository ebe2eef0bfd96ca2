import type { AnyAccountTable } from './account-table.js';
import { columnForm, epochMsToTimestamp } from './column-array.js';

/** The channel on which every batch names the streams it changed. */
export const EVENT_CHANNEL = 'sextant_event_log';

/** One prepared statement: it writes any number of plans that touch this set of tables. */
export interface CommitStatement {
  readonly name: string;
  readonly text: string;
  /** Sorted by name; their parameters follow in this order, column by column. */
  readonly tables: readonly AnyAccountTable[];
  readonly withLedger: boolean;
}

const STREAM = [
  ['account_id', 'text[]'],
  ['owner_address', 'text[]'],
  ['epoch', 'bigint[]'],
  ['base_seq', 'bigint[]'],
  ['seq', 'bigint[]'],
  ['event_hash', 'text[]'],
  ['ledger_seq', 'bigint[]'],
  ['ledger_hash', 'text[]'],
] as const;

const EVENT = [
  ['stream_id', 'text[]'],
  ['stream_seq', 'bigint[]'],
  ['type', 'text[]'],
  ['payload', 'json[]'],
  ['occurred_at', 'bigint[]'],
  ['actor', 'text[]'],
  ['trace_id', 'text[]'],
  ['hash', 'text[]'],
] as const;

const LEDGER_TRANSACTION = [
  ['account_id', 'text[]'],
  ['transaction_id', 'text[]'],
  ['chain_sequence', 'bigint[]'],
  ['kind', 'text[]'],
  ['reference', 'text[]'],
  ['occurred_at', 'bigint[]'],
  ['memo', 'jsonb[]'],
  ['posting_count', 'int[]'],
  ['previous_hash', 'text[]'],
  ['hash', 'text[]'],
] as const;

const LEDGER_POSTING = [
  ['account_id', 'text[]'],
  ['transaction_id', 'text[]'],
  ['line', 'int[]'],
  ['account', 'text[]'],
  ['asset', 'text[]'],
  ['amount', 'numeric[]'],
] as const;

type Columns = readonly (readonly [name: string, arrayType: string])[];

/** Makes and keeps one statement per set of tables. */
export class CommitStatements {
  private readonly made = new Map<string, CommitStatement>();

  for(tables: Iterable<AnyAccountTable>, withLedger: boolean): CommitStatement {
    const sorted = [...tables].sort((a, b) => (a.name < b.name ? -1 : 1));
    const key = `${withLedger ? '+' : '-'}${sorted.map((table) => table.name).join(',')}`;
    let statement = this.made.get(key);
    if (statement === undefined) {
      const text = statementText(sorted, withLedger);
      statement = { name: `commit_${this.made.size}`, text, tables: sorted, withLedger };
      this.made.set(key, statement);
    }
    return statement;
  }
}

/**
 * The rows of the accounts' streams are locked first, in the order of their ids, and only where owner, epoch
 * and sequence still match. Every write joins them, so a stale writer writes nothing; what is missing in the result is stale.
 */
function statementText(tables: readonly AnyAccountTable[], withLedger: boolean): string {
  const parameters = new Parameters();
  const input = parameters.unnest(STREAM, 'i');
  const event = parameters.unnest(EVENT, 'r');
  const parts = [
    `input AS MATERIALIZED (SELECT * FROM ${input})`,
    `locked AS MATERIALIZED (
       SELECT s.account_id, i.seq, i.event_hash, i.ledger_seq, i.ledger_hash
       FROM account_stream s
       JOIN input i ON s.account_id = i.account_id AND s.epoch = i.epoch AND s.seq = i.base_seq
         AND s.owner_address IS NOT DISTINCT FROM i.owner_address
       ORDER BY s.account_id FOR NO KEY UPDATE OF s)`,
    `moved AS (
       UPDATE account_stream s
       SET seq = l.seq, event_hash = l.event_hash, ledger_seq = l.ledger_seq, ledger_hash = l.ledger_hash
       FROM locked l WHERE s.account_id = l.account_id)`,
    `events AS (${insertInto('event_log', EVENT, event, 'stream_id')})`,
  ];
  if (withLedger) {
    const transaction = parameters.unnest(LEDGER_TRANSACTION, 'r');
    const posting = parameters.unnest(LEDGER_POSTING, 'r');
    parts.push(
      `ledger AS (${insertInto('ledger_transaction', LEDGER_TRANSACTION, transaction, 'account_id')})`,
    );
    parts.push(`postings AS (${insertInto('ledger_posting', LEDGER_POSTING, posting, 'account_id')})`);
  }
  tables.forEach((table, index) => parts.push(`t${index} AS (${insertRows(table, parameters)})`));
  return `WITH ${parts.join(',\n')}
SELECT account_id FROM locked
UNION ALL SELECT pg_notify('${EVENT_CHANNEL}', ${parameters.next('text')})::text`;
}

/** Numbers the parameters in the order in which they are asked for. */
class Parameters {
  private count = 0;

  next(type: string): string {
    this.count += 1;
    return `$${this.count}::${type}`;
  }

  unnest(columns: Columns, alias: string): string {
    const arrays = columns.map(([, type]) => this.next(type));
    return `unnest(${arrays.join(', ')}) AS ${alias}(${columns.map(([name]) => `"${name}"`).join(', ')})`;
  }
}

function insertInto(table: string, columns: Columns, source: string, accountColumn: string): string {
  const names = columns.map(([name]) => name);
  const values = names.map((name) =>
    name === 'occurred_at' ? epochMsToTimestamp(`r.${name}`) : `r.${name}`,
  );
  return `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')}
       FROM ${source} JOIN locked l ON l.account_id = r.${accountColumn}`;
}

function insertRows(table: AnyAccountTable, parameters: Parameters): string {
  const columns = Object.entries(table.columns).map(([name, type]) => ({ name, form: columnForm(type) }));
  const source = parameters.unnest(
    columns.map(({ name, form }) => [name, form.arrayType] as const),
    'r',
  );
  const names = columns.map(({ name }) => `"${name}"`);
  const values = columns.map(({ name, form }) => form.select(`r."${name}"`));
  const insert = `INSERT INTO ${table.name} (${names.join(', ')}) SELECT ${values.join(', ')}
       FROM ${source} JOIN locked l ON l.account_id = r.account_id`;
  return table.mode === 'INSERT' ? insert : `${insert}\n       ${onConflict(table)}`;
}

function onConflict(table: AnyAccountTable): string {
  const assignments = Object.keys(table.columns)
    .filter((column) => !table.key.includes(column))
    .map((column) => `"${column}" = EXCLUDED."${column}"`);
  const target = table.key.map((column) => `"${column}"`).join(', ');
  if (assignments.length === 0) return `ON CONFLICT (${target}) DO NOTHING`;
  return `ON CONFLICT (${target}) DO UPDATE SET ${assignments.join(', ')}`;
}
