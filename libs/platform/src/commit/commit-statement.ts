import type { AnyAccountTable, ColumnType } from './account-table.js';
import { columnForm } from './column-array.js';
import { EVENT, LANE, LEDGER_POSTING, LEDGER_TRANSACTION, STREAM } from './commit-columns.js';
import type { Columns } from './commit-columns.js';
import { Parameters } from './statement-parameters.js';

/** The channel on which every batch names the streams it changed. */
export const EVENT_CHANNEL = 'sextant_event_log';

/** One prepared statement: it writes any number of plans that touch this set of tables. */
export interface CommitStatement {
  readonly name: string;
  readonly text: string;
  /** Sorted by name; their parameters follow in this order, column by column. */
  readonly tables: readonly { table: AnyAccountTable; columns: Columns }[];
  readonly withLedger: boolean;
}

/** Makes and keeps one statement per set of tables. */
export class CommitStatements {
  private readonly made = new Map<string, CommitStatement>();

  for(tables: Iterable<AnyAccountTable>, withLedger: boolean): CommitStatement {
    const sorted = [...tables].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const key = `${withLedger ? '+' : '-'}${sorted.map(nameOf).join(',')}`;
    let statement = this.made.get(key);
    if (statement === undefined) {
      const text = statementText(sorted, withLedger);
      const sent = sorted.map((table) => ({ table, columns: sentColumns(table) }));
      statement = { name: `commit_${this.made.size}`, text, tables: sent, withLedger };
      this.made.set(key, statement);
    }
    return statement;
  }
}

function nameOf({ name, mode }: AnyAccountTable): string {
  return `${name} ${mode}`;
}

/** What is sent of a table's rows: the lane stands for the account. */
function sentColumns(table: AnyAccountTable): Columns {
  const own = Object.entries<ColumnType>(table.columns).filter(([name]) => name !== 'account_id');
  return [LANE, ...own];
}

/**
 * The rows of the accounts' streams are locked first, in the order of their ids, and only where owner, epoch
 * and sequence still match. Every write asks for them, so a stale writer writes nothing; what is missing in the result
 * is stale. Rows name their account by its lane, the place (from 1) in the array of the accounts that are held.
 */
function statementText(tables: readonly AnyAccountTable[], withLedger: boolean): string {
  const parameters = new Parameters();
  const parts = [
    `input AS MATERIALIZED (SELECT * FROM ${parameters.unnest(STREAM, 'i')})`,
    `locked AS MATERIALIZED (
       SELECT s.account_id, i.lane, i.seq, i.event_hash, i.ledger_seq, i.ledger_hash
       FROM account_stream s
       JOIN input i ON s.account_id = i.account_id AND s.epoch = i.epoch AND s.seq = i.base_seq
         AND s.owner_address IS NOT DISTINCT FROM i.owner_address
       ORDER BY s.account_id FOR NO KEY UPDATE OF s)`,
    `held AS MATERIALIZED (
       SELECT array_agg(l.account_id ORDER BY i.lane) AS accounts FROM input i LEFT JOIN locked l USING (lane))`,
    `moved AS (
       UPDATE account_stream s
       SET seq = l.seq, event_hash = l.event_hash, ledger_seq = l.ledger_seq, ledger_hash = l.ledger_hash
       FROM locked l WHERE s.account_id = l.account_id)`,
    `events AS (${insertSent('event_log', 'stream_id', EVENT, parameters)})`,
  ];
  if (withLedger) {
    parts.push(
      `ledger AS (${insertSent('ledger_transaction', 'account_id', LEDGER_TRANSACTION, parameters)})`,
    );
    parts.push(`postings AS (${insertSent('ledger_posting', 'account_id', LEDGER_POSTING, parameters)})`);
  }
  const results = ['SELECT account_id FROM locked'];
  tables.forEach((table, index) => {
    if (table.mode !== 'UPDATE') return parts.push(`t${index} AS (${insertRows(table, parameters)})`);
    results.push(assertFound(table.name, index));
    return parts.push(...updateRows(table, index, parameters));
  });
  results.push(`SELECT pg_notify('${EVENT_CHANNEL}', ${parameters.next('text')})::text`);
  return `WITH ${parts.join(',\n')}\n${results.join('\nUNION ALL ')}`;
}

/** The account of a row `r`; null when its lane is stale. Cheaper than a join for each row of a large batch. */
const ACCOUNT = '(SELECT accounts FROM held)[r.lane]';

function insertSent(table: string, account: string, columns: Columns, parameters: Parameters): string {
  const names = [account, ...columns.slice(1).map(([name]) => name)].map((name) => `"${name}"`);
  return `INSERT INTO ${table} (${names.join(', ')}) ${selectSent(columns, parameters)}`;
}

/** The rows that are sent, with their accounts: those of stale lanes are left out. */
function selectSent([lane, ...columns]: Columns, parameters: Parameters): string {
  const values = columns.map(([name, type]) => `${columnForm(type).select(`r."${name}"`)} AS "${name}"`);
  return `SELECT ${ACCOUNT} AS account_id, ${values.join(', ')}
       FROM ${parameters.unnest([lane as (typeof columns)[number], ...columns], 'r')} WHERE ${ACCOUNT} IS NOT NULL`;
}

/** Two parts of the statement: what is to change, and the change. */
function updateRows(table: AnyAccountTable, index: number, parameters: Parameters): string[] {
  const columns = Object.keys(table.columns).filter((column) => !table.key.includes(column));
  const changes = columns.map((column) => `"${column}" = r."${column}"`).join(', ');
  const match = table.key.map((column) => `t."${column}" = r."${column}"`).join(' AND ');
  return [
    `s${index} AS MATERIALIZED (${selectSent(sentColumns(table), parameters)})`,
    `t${index} AS (UPDATE ${table.name} t SET ${changes} FROM s${index} r WHERE ${match} RETURNING 1)`,
  ];
}

/** A change of a row that is not there would be lost without a word: it refuses the statement. */
function assertFound(name: string, index: number): string {
  return `SELECT CASE WHEN (SELECT count(*) FROM s${index}) <> (SELECT count(*) FROM t${index})
       THEN refuse_missing_row('${name}') END`;
}

function insertRows(table: AnyAccountTable, parameters: Parameters): string {
  const insert = insertSent(table.name, 'account_id', sentColumns(table), parameters);
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
