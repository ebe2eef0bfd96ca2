import type { AccountId } from '@sextant/kernel';
import { combineModels, platformModel } from '@sextant/platform';
import { portfolioModel } from '@sextant/portfolio';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import pg from 'pg';
import { DatabaseOrderArchive } from './database-order-archive.js';
import { DatabaseStoredBooks } from './database-stored-books.js';
import { executionModel } from './execution-model.js';

const ACCOUNT = 'acc_1' as AccountId;
const AT = 1_700_000_000_000;
const SYMBOL = 'BTC/USDT:USDT';

let test: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase(combineModels(platformModel, portfolioModel, executionModel));
  owner = new pg.Client(test.url);
  await owner.connect();
  // Rows of parts of what a trading account writes: what they have to agree with is not asked about here.
  await owner.query('ALTER TABLE ledger_transaction DISABLE TRIGGER USER');
});
afterAll(async () => {
  await owner.end();
  await test.close();
});

async function insert(table: string, row: Record<string, unknown>): Promise<void> {
  const names = Object.keys(row).join(', ');
  await owner.query(
    `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_populate_record(NULL::${table}, $1)`,
    [JSON.stringify(row)],
  );
}

const time = (ms: number) => new Date(ms).toISOString();

async function bookFill(digits: string, memo: object, executedAt = AT): Promise<void> {
  const [base, steps] = [
    { account_id: ACCOUNT, symbol: SYMBOL, venue: 'BINANCE' },
    { lots: 2, price_ticks: 500 },
  ];
  const amounts = { quantity: '2000', price: '500', quote_amount: '1000', fee_asset: 'USDT', fee: '0' };
  await insert('orders', {
    ...{ ...base, order_id: `ord_${digits}`, client_order_id: digits, side: 'BUY', type: 'LIMIT' },
    ...{
      time_in_force: 'GTC',
      post_only: false,
      ...steps,
      tick_size: 1,
      step_size: 1,
      strategy: 'grid',
      tags: [],
    },
    ...{ origin: 'SEXTANT', status: 'NEW', filled_lots: 2, cumulative_quote: '1000', fees: [] },
    ...{ reserved_asset: 'USDT', reserved: 0, needs_attention: false, cancel_requested: false, attempts: 1 },
    ...{ created_at: time(executedAt), updated_at: time(executedAt), version: 1 },
  });
  await insert('fill', {
    ...{ ...base, ...steps, ...amounts, venue_order_id: `v${digits}`, venue_trade_id: `t${digits}` },
    ...{ fill_id: `fil_${digits}`, order_id: `ord_${digits}`, side: 'BUY', role: 'TAKER', source: 'STREAM' },
    ...{ executed_at: time(executedAt), booked_at: time(executedAt) },
  });
  await bookTransaction('FILL', `ltx_${digits}`, memo, executedAt);
}

let sequence = 0;
async function bookTransaction(kind: string, transactionId: string, memo: object, at: number): Promise<void> {
  sequence += 1;
  await insert('ledger_transaction', {
    ...{ account_id: ACCOUNT, transaction_id: transactionId, chain_sequence: sequence, kind, memo },
    ...{ reference: transactionId, occurred_at: time(at), posting_count: 2 },
    ...{ previous_hash: '0'.repeat(64), hash: 'a'.repeat(64) },
  });
}

/** Of a UUID of version 7 that was made then. */
const digitsAt = (ms: number, nth: number) =>
  ms.toString(16).padStart(12, '0') + String(nth).padStart(20, '0');

it('tells what was booked since a time, in which position of hedge mode, and what its fee has come to', async () => {
  const [netted, long] = [digitsAt(AT, 1), digitsAt(AT + 5, 2)];
  await bookFill(digitsAt(AT - 9_000_000, 0), {}, AT - 9_000_000);
  await bookFill(netted, {});
  await bookFill(long, { positionSide: 'LONG' }, AT + 5);
  const change = { fillId: `fil_${long}`, feeAsset: 'BNB', fee: '0.5' };
  await bookTransaction('FEE', 'ltx_fee', change, AT + 60_000);

  const books = new DatabaseStoredBooks(test.database);
  const trades = await books.tradesSince(ACCOUNT, 'BINANCE', AT);
  expect(trades.map(({ fillId, positionSide }) => [fillId, positionSide])).toEqual([
    [`fil_${netted}`, undefined],
    [`fil_${long}`, 'LONG'],
  ]);
  expect(trades[1]).toMatchObject({
    ...{ strategy: 'grid', venueOrderId: `v${long}`, feeRevision: 1, executedAt: AT + 5 },
    charged: new Map([
      ['USDT', 0n],
      ['BNB', 5n * 10n ** 17n],
    ]),
  });
  expect(await books.tradesSince(ACCOUNT, 'OKX', AT)).toEqual([]);

  const archive = new DatabaseOrderArchive(test.database);
  const asked = [long, '404'].map((digits) => ({
    ...{ symbol: SYMBOL, venueOrderId: `v${digits}`, venueTradeId: `t${digits}` },
  }));
  const known = await archive.bookedFills(ACCOUNT, 'BINANCE', asked);
  expect([...known]).toEqual([`${SYMBOL} v${long} t${long}`]);
  expect((await archive.bookedFills(ACCOUNT, 'OKX', asked)).size).toBe(0);
});
