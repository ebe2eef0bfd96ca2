export type ColumnType = 'text' | 'int' | 'bigint' | 'numeric' | 'boolean' | 'json' | 'jsonb' | 'timestamptz';

/**
 * INSERT: a second row of the key is a refusal. UPSERT: the whole row replaces the older one.
 * UPDATE: the columns replace those of the row with this key; a row that does not exist is a refusal.
 */
export type WriteMode = 'INSERT' | 'UPSERT' | 'UPDATE';

/**
 * A table that only GroupCommit writes, with an `account_id` column in its key. The same table may be declared twice:
 * with all its columns to insert, and with its key and some columns to update.
 *
 * Row values: bigint (or a safe integer) for `bigint` and `numeric`, epoch milliseconds for `timestamptz`,
 * any JSON value for `json` and `jsonb`; null where the column allows it.
 */
export interface AccountTable<Row> {
  readonly name: string;
  readonly columns: { readonly [K in keyof Row & string]: ColumnType };
  readonly key: readonly (keyof Row & string)[];
  readonly mode: WriteMode;
}

/** One row to write; made by `write(table, row)`, which checks the row's type against the table. */
export interface RowWrite {
  readonly table: AnyAccountTable;
  readonly row: object;
}

/** An account table whose row type no longer matters. */
export interface AnyAccountTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly key: readonly string[];
  readonly mode: WriteMode;
}

const IDENTIFIER = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/;

/** Declares an account table once, at module load. @throws Error when the definition cannot work. */
export function accountTable<Row extends object>(definition: AccountTable<Row>): AccountTable<Row> {
  const columns = Object.keys(definition.columns);
  for (const name of [definition.name, ...columns]) {
    if (!IDENTIFIER.test(name)) throw new Error(`${name} cannot be used as an SQL name`);
  }
  if (!columns.includes('account_id') || !(definition.key as readonly string[]).includes('account_id')) {
    throw new Error(`${definition.name}: account_id must be a column and part of the key`);
  }
  for (const column of definition.key) {
    if (!columns.includes(column))
      throw new Error(`${definition.name}: key column ${column} is not a column`);
  }
  if (definition.mode === 'UPDATE' && columns.length === definition.key.length) {
    throw new Error(`${definition.name}: nothing to update besides the key`);
  }
  return Object.freeze(definition);
}

/** A row for a plan. */
export function write<Row extends object>(table: AccountTable<Row>, row: Row): RowWrite {
  return { table: table as unknown as AnyAccountTable, row };
}
