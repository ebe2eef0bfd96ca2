import type { CommitPlan } from '@sextant/platform';
import type { BenchDatabase } from './bench-database.js';
import type { BenchAccount } from './ledger-fills.js';

const TABLES = [
  'ledger_transaction',
  'ledger_posting',
  'event_log',
  'balance',
  'position',
  'strategy_position',
];

/** The same tables with the same indexes, without triggers, checks of rows by policies, and history. */
export const RAW_TABLES = `
${TABLES.map((name) => `CREATE TABLE raw_${name} (LIKE ${name} INCLUDING DEFAULTS INCLUDING INDEXES);`).join('\n')}
GRANT ALL ON ${TABLES.map((name) => `raw_${name}`).join(', ')} TO sextant_writer`;

const FILLS_A_COMMIT = 512;

/** What a plan writes, as plain rows: computed before it is measured would be unfair, so it is made here. */
type Row = Record<string, unknown>;

/** Stores the rows of the plans with one unnest a table, and nothing else: no lock, no fence, no hash, no trigger. */
export async function storeRaw(
  { database }: BenchDatabase,
  { accountId }: BenchAccount,
  plans: readonly CommitPlan[],
): Promise<void> {
  const client = await database.commitPool.connect();
  try {
    for (let from = 0; from < plans.length; from += FILLS_A_COMMIT) {
      const part = plans.slice(from, from + FILLS_A_COMMIT);
      const { text, values } = statement(accountId, part);
      await client.query({ name: 'raw', text, values });
    }
  } finally {
    client.release();
  }
}

let sequence = 0;
let chain = 1;

function statement(accountId: string, plans: readonly CommitPlan[]): { text: string; values: unknown[] } {
  const hash = '0'.repeat(64);
  const transactions = plans.flatMap(({ ledger }) => ledger);
  const headers: Row[] = transactions.map(({ postings, memo, occurredAt, ...facts }) => ({
    ...{ transaction_id: facts.transactionId, chain_sequence: (chain += 1), kind: facts.kind },
    ...{ reference: facts.reference, memo: JSON.stringify(memo), posting_count: postings.length },
    ...{ occurred_at: occurredAt, hash },
  }));
  const postings: Row[] = transactions.flatMap(({ transactionId, postings: lines }) =>
    lines.map(({ account, asset, amount }, index) => ({
      transactionId,
      line: index + 1,
      account,
      asset,
      amount: `${amount}`,
    })),
  );
  const events: Row[] = plans.flatMap((plan) =>
    plan.events.map(({ type, payload, occurredAt }) => ({
      ...{ seq: (sequence += 1), type, payload: JSON.stringify(payload), at: occurredAt, hash },
    })),
  );
  const sets = [
    [HEADERS, headers],
    [POSTINGS, postings],
    [EVENTS, events],
    [BALANCES, last(plans, 'balance', ['asset'])],
    [POSITIONS, last(plans, 'position', ['symbol'])],
    [STRATEGIES, last(plans, 'strategy_position', ['symbol', 'strategy'])],
  ] as const;
  const values: unknown[] = [accountId];
  const parts = sets.map(([{ columns, sql }, rows], index) => {
    const parameters = Object.entries(columns).map(([column, type]) => {
      values.push(rows.map((row) => row[column] ?? null));
      return `$${values.length}::${type}[]`;
    });
    const source = `unnest(${parameters.join(', ')}) AS r(${Object.keys(columns).join(', ')})`;
    return `p${index} AS (${sql.replace('ROWS', source)})`;
  });
  return { text: `WITH ${parts.join(',\n')} SELECT 1`, values };
}

/** The last row of each key: a statement may touch a row once. */
function last(plans: readonly CommitPlan[], table: string, key: readonly string[]): Row[] {
  const rows = new Map<string, Row>();
  for (const plan of plans) {
    for (const { table: own, row } of plan.rows) {
      if (own.name !== table) continue;
      const values = row as Row;
      rows.set(key.map((column) => values[column]).join(' '), values);
    }
  }
  return [...rows.values()];
}

interface Insert {
  columns: Record<string, string>;
  sql: string;
}

const AT = (column: string) => `'epoch'::timestamptz + ${column} * interval '1 millisecond'`;

const HEADERS: Insert = {
  columns: {
    ...{ transaction_id: 'text', chain_sequence: 'bigint', kind: 'text', reference: 'text', memo: 'jsonb' },
    ...{ posting_count: 'int', occurred_at: 'bigint', hash: 'text' },
  },
  sql: `INSERT INTO raw_ledger_transaction (account_id, transaction_id, chain_sequence, kind, reference, occurred_at,
    memo, posting_count, previous_hash, hash) SELECT $1, transaction_id, chain_sequence, kind, reference,
    ${AT('occurred_at')}, memo, posting_count, hash, hash FROM ROWS`,
};
const POSTINGS: Insert = {
  columns: { transactionId: 'text', line: 'int', account: 'text', asset: 'text', amount: 'numeric' },
  sql: `INSERT INTO raw_ledger_posting SELECT $1, transactionId, line, account, asset, amount FROM ROWS`,
};
const EVENTS: Insert = {
  columns: { seq: 'bigint', type: 'text', payload: 'json', at: 'bigint', hash: 'text' },
  sql: `INSERT INTO raw_event_log (stream_id, stream_seq, type, payload, occurred_at, hash)
    SELECT $1, seq, type, payload, ${AT('at')}, hash FROM ROWS`,
};
const BALANCES: Insert = {
  columns: { asset: 'text', total: 'numeric', updated_at: 'bigint' },
  sql: `INSERT INTO raw_balance SELECT $1, asset, total, ${AT('updated_at')} FROM ROWS
    ON CONFLICT (account_id, asset) DO UPDATE SET total = EXCLUDED.total, updated_at = EXCLUDED.updated_at`,
};
const POSITION = {
  ...{
    symbol: 'text',
    position_side: 'text',
    signed_quantity: 'numeric',
    cost: 'numeric',
    realized_pnl: 'numeric',
  },
  ...{
    fees: 'numeric',
    unvalued_fee_count: 'int',
    funding: 'numeric',
    opened_at: 'bigint',
    updated_at: 'bigint',
  },
};
const names = Object.keys(POSITION);
const stored = names.map((name) => (name.endsWith('_at') ? AT(name) : name)).join(', ');
const changed = names
  .slice(2)
  .map((name) => `${name} = EXCLUDED.${name}`)
  .join(', ');
const POSITIONS: Insert = {
  columns: POSITION,
  sql: `INSERT INTO raw_position (account_id, ${names.join(', ')}) SELECT $1, ${stored} FROM ROWS
    ON CONFLICT (account_id, symbol, position_side) DO UPDATE SET ${changed}`,
};
const STRATEGIES: Insert = {
  columns: { ...POSITION, strategy: 'text' },
  sql: `INSERT INTO raw_strategy_position (account_id, ${names.join(', ')}, strategy)
    SELECT $1, ${stored}, strategy FROM ROWS
    ON CONFLICT (account_id, symbol, position_side, strategy) DO UPDATE SET ${changed}`,
};

/** What was stored by fills, as numbers that both ways must share. */
export async function sumsOf({ client }: BenchDatabase, prefix: '' | 'raw_'): Promise<unknown> {
  const sums = `
    SELECT (SELECT count(*) FROM ${prefix}ledger_transaction WHERE kind = 'FILL') AS entries,
      (SELECT sum(hashtext(memo::text)::bigint) FROM ${prefix}ledger_transaction WHERE kind = 'FILL') AS memos,
      (SELECT sum(abs(amount)) FROM ${prefix}ledger_posting p
        WHERE transaction_id <> 'ltx_${'f'.repeat(32)}') AS postings,
      (SELECT sum(total) FROM ${prefix}balance) AS balances,
      (SELECT sum(cost) || ' ' || sum(realized_pnl) || ' ' || sum(fees) FROM ${prefix}position) AS positions,
      (SELECT sum(cost) || ' ' || sum(realized_pnl) FROM ${prefix}strategy_position) AS virtual`;
  return (await client.query(sums)).rows[0];
}
