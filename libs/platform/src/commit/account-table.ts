export type ColumnType = 'text' | 'int' | 'bigint' | 'numeric' | 'boolean' | 'jsonb' | 'timestamptz';

/**
 * A table that only GroupCommit writes, with an `account_id` column in its key.
 * INSERT: a second row of the key is a refusal. UPSERT: the whole row replaces the older one.
 *
 * Row values: bigint (or a safe integer) for `bigint` and `numeric`, epoch milliseconds for `timestamptz`,
 * any JSON value for `jsonb`; null where the column allows it.
 */
export interface AccountTable<Row> {
  readonly name: string;
  readonly columns: { readonly [K in keyof Row & string]: ColumnType };
  readonly key: readonly (keyof Row & string)[];
  readonly mode: 'INSERT' | 'UPSERT';
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
  readonly mode: 'INSERT' | 'UPSERT';
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
  return Object.freeze(definition);
}

/** A row for a plan. */
export function write<Row extends object>(table: AccountTable<Row>, row: Row): RowWrite {
  return { table: table as unknown as AnyAccountTable, row };
}
