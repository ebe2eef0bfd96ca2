import pg from 'pg';

/** A row as the driver hands it out: bigint and numeric as text, times as Date, JSON parsed. */
export type Row = Record<string, any>;

/** Every row about one account that says something about its money. */
export interface AccountBooks {
  accountId: string;
  venue: string;
  stream: Row | undefined;
  events: Row[];
  transactions: Row[];
  postings: Row[];
  orders: Row[];
  attempts: Row[];
  fills: Row[];
  balances: Row[];
  positions: Row[];
  strategyPositions: Row[];
  executions: Row[];
  slices: Row[];
  keys: Row[];
  journal: Row[];
  session: Row | undefined;
}

export interface Books {
  accounts: AccountBooks[];
  /** Streams that belong to no account, with their events. */
  logStreams: { stream: Row; events: Row[] }[];
}

/** Table, order, and the column that names the account. `::text` keeps a payload as it was hashed. */
const TABLES = {
  account: 'SELECT * FROM account ORDER BY account_id',
  stream: 'SELECT * FROM account_stream ORDER BY account_id',
  events: `SELECT stream_id AS account_id, stream_seq, type, payload::text AS text, payload, occurred_at, actor,
    trace_id, hash FROM event_log ORDER BY stream_id, stream_seq`,
  transactions: 'SELECT * FROM ledger_transaction ORDER BY account_id, chain_sequence',
  postings: 'SELECT * FROM ledger_posting ORDER BY account_id, transaction_id, line',
  orders: 'SELECT * FROM orders ORDER BY account_id, order_id',
  attempts: 'SELECT * FROM order_attempt ORDER BY account_id, order_id, attempt',
  fills: 'SELECT * FROM fill ORDER BY account_id, venue_trade_id::bigint',
  balances: 'SELECT * FROM balance ORDER BY account_id, asset',
  positions: 'SELECT * FROM position ORDER BY account_id, symbol',
  strategyPositions: 'SELECT * FROM strategy_position ORDER BY account_id, symbol, strategy',
  executions: 'SELECT * FROM execution ORDER BY account_id, execution_id',
  slices: 'SELECT * FROM execution_slice ORDER BY account_id, execution_id, slice',
  keys: 'SELECT * FROM idempotency_key ORDER BY account_id, route, key',
  journal: 'SELECT * FROM venue.journal ORDER BY account_id, seq',
  session: 'SELECT * FROM venue.session ORDER BY account_id',
  logStreams: 'SELECT stream_id AS account_id, * FROM log_stream ORDER BY stream_id',
} as const;

type Table = keyof typeof TABLES;

/** Reads all of it in one snapshot, so that what is committed together is seen together. */
export async function readSnapshot(url: string): Promise<Books> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await readBooks(client);
  } finally {
    await client.end();
  }
}

/** Reads with a connection that the caller has, in the transaction that it is in. */
export async function readBooks(client: pg.ClientBase): Promise<Books> {
  const read = new Map<Table, Map<string, Row[]>>();
  for (const [table, sql] of Object.entries(TABLES) as [Table, string][]) {
    const { rows } = await client.query<Row>(sql);
    const byAccount = Map.groupBy(rows, (row) => row['account_id'] as string);
    read.set(table, byAccount);
  }
  const of = (table: Table, id: string): Row[] => read.get(table)?.get(id) ?? [];
  const ids = new Set([...read.values()].flatMap((rows) => [...rows.keys()]));
  return {
    accounts: [...ids].filter((id) => id.startsWith('acc_')).map((id) => accountBooks(id, of)),
    logStreams: [...(read.get('logStreams')?.values() ?? [])].map(([stream]) => ({
      stream: stream!,
      events: of('events', stream!['stream_id']),
    })),
  };
}

function accountBooks(accountId: string, of: (table: Table, id: string) => Row[]): AccountBooks {
  const rows = (table: Table): Row[] => of(table, accountId);
  return {
    accountId,
    venue: rows('account')[0]?.['venue'] ?? '',
    stream: rows('stream')[0],
    events: rows('events'),
    transactions: rows('transactions'),
    postings: rows('postings'),
    orders: rows('orders'),
    attempts: rows('attempts'),
    fills: rows('fills'),
    balances: rows('balances'),
    positions: rows('positions'),
    strategyPositions: rows('strategyPositions'),
    executions: rows('executions'),
    slices: rows('slices'),
    keys: rows('keys'),
    journal: rows('journal'),
    session: rows('session')[0],
  };
}
