import type { TenantId } from '@sextant/kernel';
import { combineModels, errorCode, platformModel, violatedConstraint } from '@sextant/platform';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { portfolioModel } from './portfolio-model.js';

const HASH = 'a'.repeat(64);
type Line = [line: number, account: string, asset: string, amount: string];

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase(combineModels(platformModel, portfolioModel));
  for (const [account, tenant] of [
    ['acc_1', 'ten_1'],
    ['acc_2', 'ten_2'],
  ]) {
    await db.database.query(
      `INSERT INTO account VALUES ($1, $2, 'Main', 'PAPER', 'PAPER', 'USDT', 'OPEN', '2026-01-01Z')`,
      [account, tenant],
    );
  }
});
afterAll(() => db.close());

let sequence = 0;

/** Header and lines in one statement, as a group commit writes them. */
function book(
  lines: Line[],
  options: { accountId?: string; count?: number; reference?: string; transactionId?: string } = {},
): Promise<unknown> {
  sequence += 1;
  const { accountId = 'acc_1', count = lines.length, reference = `r${sequence}` } = options;
  const { transactionId = `ltx_${sequence}` } = options;
  return db.database.query(
    `WITH header AS (
       INSERT INTO ledger_transaction VALUES ($1, $2, $3, 'DEPOSIT', $4, '2026-01-01Z', '{}', $5, '', '${HASH}'))
     INSERT INTO ledger_posting SELECT $1, $2, * FROM unnest($6::int[], $7::text[], $8::text[], $9::numeric[])`,
    [accountId, transactionId, sequence, reference, count, ...columns(lines)],
  );
}

const balanced: Line[] = [
  [1, 'wallet:PAPER', 'USDT', '1000'],
  [2, 'external:PAPER', 'USDT', '-1000'],
];

describe('the ledger tables', () => {
  it('take a balanced transaction', async () => {
    await book(balanced);
    const rows = await db.database.query(
      'SELECT line, account, asset, amount FROM ledger_posting WHERE transaction_id = $1 ORDER BY line',
      [`ltx_${sequence}`],
    );
    expect(rows).toEqual(
      balanced.map(([line, account, asset, amount]) => ({ line, account, asset, amount })),
    );
  });

  it('refuse a transaction that is off by one unit, whole', async () => {
    const off: Line[] = [balanced[0]!, [2, 'external:PAPER', 'USDT', '-999']];
    await expect(refusal(book(off))).resolves.toBe('ledger_posting_balanced');
    const rows = await db.database.query('SELECT FROM ledger_transaction WHERE transaction_id = $1', [
      `ltx_${sequence}`,
    ]);
    expect(rows).toEqual([]);
  });

  it('refuse assets that balance only against each other', async () => {
    const swapped: Line[] = [balanced[0]!, [2, 'external:PAPER', 'BTC', '-1000']];
    await expect(refusal(book(swapped))).resolves.toBe('ledger_posting_balanced');
  });

  it('refuse lines that come later, balanced or not, under any number', async () => {
    await book(balanced);
    const late = (lines: Line[]) =>
      refusal(
        db.database.query(
          `INSERT INTO ledger_posting
           SELECT 'acc_1', 'ltx_${sequence}', * FROM unnest($1::int[], $2::text[], $3::text[], $4::numeric[])`,
          columns(lines),
        ),
      );
    await expect(late([[3, 'wallet:PAPER', 'USDT', '5']])).resolves.toBe('ledger_posting_balanced');
    await expect(late(renumber(balanced, 3))).resolves.toBe('ledger_posting_complete');
    await expect(late(balanced)).resolves.toBe('ledger_posting_pkey');
  });

  it('refuse lines without a header, and a header without its lines', async () => {
    const [lines, accounts, assets, amounts] = columns(balanced);
    const orphan = db.database.query(
      `INSERT INTO ledger_posting
       SELECT 'acc_1', 'ltx_none', * FROM unnest($1::int[], $2::text[], $3::text[], $4::numeric[])`,
      [lines, accounts, assets, amounts],
    );
    await expect(refusal(orphan)).resolves.toBe('ledger_posting_complete');
    const bare = db.database.query(
      `INSERT INTO ledger_transaction VALUES ('acc_1', 'ltx_bare', 999, 'DEPOSIT', 'bare', '2026-01-01Z', '{}', 2, '', '${HASH}')`,
    );
    await expect(refusal(bare)).resolves.toBe('ledger_transaction_complete');
  });

  it('refuse fewer or more lines than the header announces', async () => {
    await expect(refusal(book(balanced, { count: 3 }))).resolves.toMatch(
      /^ledger_(posting|transaction)_complete$/,
    );
  });

  it('refuse the same reference twice, and the same place in the chain', async () => {
    await book(balanced, { reference: 'trade:1' });
    await expect(refusal(book(balanced, { reference: 'trade:1' }))).resolves.toBe(
      'ledger_transaction_reference',
    );
    sequence -= 2;
    const samePlace = book(balanced, { transactionId: 'ltx_other' });
    await expect(refusal(samePlace)).resolves.toBe('ledger_transaction_chain');
    sequence += 1;
  });

  it.each(['0', 'NaN'])('refuse a line of %s', async (amount) => {
    await expect(refusal(book([balanced[0]!, [2, 'external:PAPER', 'USDT', amount]]))).resolves.toMatch(
      /^ledger_posting_/,
    );
  });

  it.each(['1e38', 'Infinity'])('refuse an amount of %s', async (amount) => {
    const lines: Line[] = [
      [1, 'wallet:PAPER', 'USDT', amount],
      [2, 'external:PAPER', 'USDT', `-${amount}`],
    ];
    await expect(book(lines)).rejects.toMatchObject({ code: '22003' });
  });

  it('hold amounts of 38 digits exactly', async () => {
    const most = '9'.repeat(38);
    await book([
      [1, 'wallet:PAPER', 'SHIB', most],
      [2, 'external:PAPER', 'SHIB', `-${most}`],
    ]);
    const rows = await db.database.query(
      `SELECT amount FROM ledger_posting WHERE asset = 'SHIB' ORDER BY line`,
    );
    expect(rows).toEqual([{ amount: most }, { amount: `-${most}` }]);
  });

  it.each([
    'UPDATE ledger_posting SET amount = amount',
    'UPDATE ledger_transaction SET memo = memo',
    'DELETE FROM ledger_posting',
    'DELETE FROM ledger_transaction',
    'TRUNCATE ledger_posting',
    'ALTER TABLE ledger_posting DISABLE TRIGGER ALL',
    'DROP TRIGGER ledger_postings_balance ON ledger_posting',
  ])('do not let the writer run %s', async (sql) => {
    const error = await db.database.query(sql).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(errorCode(error)).toBe('42501');
  });

  it('balance in a statement that books for several accounts at once', async () => {
    const write = (second: string) =>
      db.database.query(
        `WITH header AS (
           INSERT INTO ledger_transaction VALUES
             ('acc_1', 'ltx_both', 500, 'DEPOSIT', 'both', '2026-01-01Z', '{}', 2, '', '${HASH}'),
             ('acc_2', 'ltx_both', 500, 'DEPOSIT', 'both', '2026-01-01Z', '{}', 2, '', '${HASH}'))
         INSERT INTO ledger_posting VALUES
           ('acc_1', 'ltx_both', 1, 'wallet:PAPER', 'USDT', 10), ('acc_1', 'ltx_both', 2, 'external:PAPER', 'USDT', -10),
           ('acc_2', 'ltx_both', 1, 'wallet:PAPER', 'USDT', 20), ('acc_2', 'ltx_both', 2, 'external:PAPER', 'USDT', ${second})`,
      );
    await expect(refusal(write('-10'))).resolves.toBe('ledger_posting_balanced');
    await write('-20');
  });
});

describe('the wall between tenants', () => {
  const TABLES = [
    'account',
    'balance',
    'position',
    'strategy_position',
    'ledger_transaction',
    'ledger_posting',
  ];

  beforeAll(async () => {
    for (const id of ['acc_1', 'acc_2']) {
      await book(balanced, { accountId: id });
      await db.database.query(`INSERT INTO balance VALUES ($1, 'USDT', 5, '2026-01-01Z')`, [id]);
      for (const [table, columns] of [
        ['position', `account_id, symbol`],
        ['strategy_position', `account_id, symbol, strategy`],
      ]) {
        const values = table === 'position' ? `$1, 'BTC/USDT'` : `$1, 'BTC/USDT', ''`;
        await db.database.query(
          `INSERT INTO ${table} (${columns}, signed_quantity, cost, realized_pnl, fees, unvalued_fee_count, funding, updated_at)
           VALUES (${values}, 0, 0, 0, 0, 0, 0, '2026-01-01Z')`,
          [id],
        );
      }
    }
  });

  it.each(TABLES)(
    'shows a tenant its own rows of %s without any WHERE, and a stranger none',
    async (table) => {
      const accountsSeen = (tenant: string) =>
        db.database.read(tenant as TenantId, async (manager) => {
          const rows = await manager.query<{ account_id: string }[]>(
            `SELECT DISTINCT account_id FROM ${table}`,
          );
          return rows.map((row) => row.account_id);
        });
      await expect(accountsSeen('ten_1')).resolves.toEqual(['acc_1']);
      await expect(accountsSeen('ten_2')).resolves.toEqual(['acc_2']);
      await expect(accountsSeen('ten_3')).resolves.toEqual([]);
      await expect(accountsSeen('')).resolves.toEqual([]);
    },
  );

  it('refuses a position whose cost contradicts its side', async () => {
    const wrong = db.database.query(
      `UPDATE position SET signed_quantity = 1, cost = -1, opened_at = '2026-01-01Z'`,
    );
    await expect(refusal(wrong)).resolves.toBe('position_cost_follows_side');
  });
});

function columns(lines: Line[]): [number[], string[], string[], string[]] {
  return [
    lines.map(([line]) => line),
    lines.map((l) => l[1]),
    lines.map((l) => l[2]),
    lines.map((l) => l[3]),
  ];
}

function renumber(lines: Line[], first: number): Line[] {
  return lines.map(([, ...rest], index): Line => [first + index, ...rest]);
}

/** The constraint that refused it. */
async function refusal(work: Promise<unknown>): Promise<string | undefined> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return violatedConstraint(error);
}
