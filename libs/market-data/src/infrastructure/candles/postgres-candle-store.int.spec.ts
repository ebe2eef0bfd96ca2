import { combineModels, copyIn, copyOut, platformModel } from '@sextant/platform';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { recordedCandles } from '../../domain/candles/candle-fixtures.contract.js';
import { columnsFromText } from '../../domain/candles/columns-from-text.js';
import { candleModel } from './candle-model.js';
import { describeCandleStore } from './candle-store.contract.js';
import { PostgresCandleStore } from './postgres-candle-store.js';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase(combineModels(platformModel, candleModel));
});

afterAll(() => db.close());

describeCandleStore('PostgreSQL', () => new PostgresCandleStore(db.database));

it('the view shows blocks and live bars as the digits they were recorded with', async () => {
  const store = new PostgresCandleStore(db.database);
  const series = { venue: 'COINBASE', symbol: 'BTC/USD', interval: '1m', source: 'IMPORT' } as const;
  const recorded = recordedCandles('coinbase_BTCUSD_1m_2018-04').slice(900, 1_500);
  await store.write(series, columnsFromText(recorded), []);
  const rows = await db.database.query(`
    SELECT extract(epoch FROM open_time)::float8 * 1000 AS "openTime", open::text, high::text, low::text, close::text,
      volume::text, trades FROM candle WHERE venue = 'COINBASE' ORDER BY open_time`);
  expect(rows).toEqual(recorded);
});

it('the view shows doubles, times and counts of trades', async () => {
  const store = new PostgresCandleStore(db.database);
  const series = { venue: 'WIDE', symbol: 'A/B', interval: '1m', source: 'TRADES' } as const;
  const rows = [0, 1, 7].map((minute) => ({
    ...{
      openTime: 60_000 * minute,
      open: '4294967295.5',
      high: '9007199254740.991',
      low: '0.001',
      close: '1',
    },
    ...{ volume: minute === 7 ? '9007199254740991' : '0', trades: minute },
  }));
  await store.write(series, columnsFromText(rows), []);
  const seen = await db.database.query(`
    SELECT extract(epoch FROM open_time)::float8 * 1000 AS "openTime", open::text, high::text, low::text, close::text,
      volume::text, trades FROM candle WHERE venue = 'WIDE' ORDER BY open_time`);
  expect(seen).toEqual(rows);
});

it('a copy that fails tells why, and its connection goes on', async () => {
  const outcome = await db.database.transaction(async (client) => {
    const told = async (work: () => Promise<unknown>) => {
      await client.query('SAVEPOINT here');
      const message = await work().then(String, (error: Error) => error.message);
      await client.query('ROLLBACK TO here');
      return message;
    };
    const rows = function* (): Generator<Buffer[]> {
      yield [Buffer.alloc(4)];
      throw new Error('no more rows');
    };
    const broken = () => {
      throw new Error('not understood');
    };
    return [
      await told(() => copyIn(client, 'COPY candle_block (series_id) FROM STDIN (FORMAT binary)', rows())),
      await told(() => copyIn(client, 'COPY nowhere FROM STDIN (FORMAT binary)', [])),
      await told(() => copyOut(client, 'COPY (SELECT 1) TO STDOUT (FORMAT binary)', broken)),
      await told(() => copyOut(client, 'COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)', broken)),
    ];
  });
  expect(outcome).toEqual(['no more rows', expect.stringContaining('nowhere'), 'not understood', '0']);
});
