import { readFileSync, mkdtempSync, rmSync, writeFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { candleModel, columnsOf, PostgresCandleStore, sliceColumns } from '@sextant/market-data';
import type { CandleColumns, CandleSeries, LiveCandle } from '@sextant/market-data';
import { combineModels, platformModel } from '@sextant/platform';
import { benchDatabase } from './support/bench-database.js';
import type { BenchDatabase } from './support/bench-database.js';
import { candleRowTable, copyRows } from './support/candle-rows.js';
import { cpuSeconds } from './support/cpu.js';
import { median } from './support/load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const BARS = Number(process.env['BENCH_BARS'] ?? 1_000_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const LIVE_SERIES = 1_000;
const LIVE_SECONDS = Number(process.env['BENCH_SECONDS'] ?? 15);
const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);
const GRID = { tickUnits: 10n ** 16n, lotUnits: 10n ** 13n };
const NAMES = [
  'openTime',
  'openTicks',
  'highTicks',
  'lowTicks',
  'closeTicks',
  'volumeLots',
  'trades',
] as const;
const MARKET = { venue: 'BENCH', symbol: 'BTC/USDT' };
const SERIES: CandleSeries = { ...MARKET, interval: '1m', source: 'IMPORT' };

/** Candles of a million minutes: into the database, out of it, their size, and a thousand markets that live. */
export async function run(report: Report): Promise<void> {
  const bench = await benchDatabase(candleRowTable, combineModels(platformModel, candleModel));
  const folder = mkdtempSync(join(tmpdir(), 'sextant-candles-'));
  try {
    const columns = walk(BARS);
    await ingest(bench, columns, report);
    await size(bench, report);
    await history(bench, columns, join(folder, 'flat'), report);
    await live(bench, report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await bench.close();
  }
}

/** Both ways of storing in turns, each into an empty table. */
async function ingest(bench: BenchDatabase, columns: CandleColumns, report: Report): Promise<void> {
  const store = new PostgresCandleStore(bench.database);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    await bench.client.query('TRUNCATE candle_block, candle_row');
    theirs.push(await seconds(() => copyRows(bench.client, columns)));
    ours.push(await seconds(() => store.write(SERIES, columns, [])));
  }
  report('blocks', BARS / median(ours.slice(1)), 'candles/s', 'into an empty table');
  report('COPY of rows', BARS / median(theirs.slice(1)), 'candles/s', 'binary, bigint, primary key');
  report('blocks / COPY of rows', ratio(theirs, ours), '×', 'bar 8');
}

async function size({ client }: BenchDatabase, report: Report): Promise<void> {
  await client.query('VACUUM candle_block, candle_row');
  const { rows } = await client.query<{ blocks: string; rows: string }>(
    `SELECT pg_total_relation_size('candle_block') AS blocks, pg_total_relation_size('candle_row') AS rows`,
  );
  const [blocks, table] = [Number(rows[0]?.blocks), Number(rows[0]?.rows)];
  report('blocks on disk', blocks / 1e6, 'MB');
  report('rows on disk', table / 1e6, 'MB', 'with their key');
  report('blocks / rows on disk', blocks / table, '×', 'bar at most 0.2');
}

/** The same candles as columns out of blocks, out of a file of doubles, and as rows. */
async function history(
  bench: BenchDatabase,
  columns: CandleColumns,
  file: string,
  report: Report,
): Promise<void> {
  const store = new PostgresCandleStore(bench.database);
  writeFileSync(file, Buffer.concat(NAMES.map((name) => bytesOf(Float64Array.from(columns[name])))));
  const read = async () => (await store.read([{ series: SERIES, from: 0, to: FOR_EVER }]))[0]!.columns;
  const flat = () => new Float64Array(readFileSync(file).buffer);
  const rows = () =>
    bench.client.query<Record<string, string>>(
      'SELECT * FROM candle_row WHERE series_id = 1 ORDER BY open_time',
    );
  const times: Record<'blocks' | 'flat' | 'rows', number[]> = { blocks: [], flat: [], rows: [] };
  const expected = sum(columns.closeTicks);
  for (let round = 0; round <= ROUNDS; round += 1) {
    times.flat.push(await seconds(async () => same(sum(flat().subarray(4 * BARS, 5 * BARS)), expected)));
    times.blocks.push(await seconds(async () => same(sum((await read()).closeTicks), expected)));
    times.rows.push(
      await seconds(async () => {
        let total = 0;
        for (const row of (await rows()).rows) total += Number(row['close']);
        same(total, expected);
      }),
    );
  }
  compare(await read(), columns, 'blocks');
  compareRows((await rows()).rows, columns);
  report('blocks', BARS / median(times.blocks.slice(1)), 'candles/s', 'read, all columns compared');
  report('flat file of doubles', BARS / median(times.flat.slice(1)), 'candles/s');
  report('rows by pg', BARS / median(times.rows.slice(1)), 'candles/s');
  report('blocks / flat file', ratio(times.flat, times.blocks), '×', 'bar 0.6');
  report('blocks / rows by pg', ratio(times.rows, times.blocks), '×', 'bar 30');
}

/** The last bar of each of a thousand markets every second: the CPU of this process and of the server. */
async function live(bench: BenchDatabase, report: Report): Promise<void> {
  const store = new PostgresCandleStore(bench.database);
  const markets = Array.from({ length: LIVE_SERIES }, (_, at) => ({ venue: 'LIVE', symbol: `C${at}/USDT` }));
  await store.claim(markets, 'bench', 3_600_000);
  const barsAt = (second: number): LiveCandle[] =>
    markets.map((market, at) => {
      const openTime = START + Math.floor(second / 5) * MINUTE;
      const [low, high] = [1_000 + at - (second % 5), 1_000 + at + (second % 5)];
      return {
        series: { ...market, interval: '1m', source: 'TRADES' },
        grid: GRID,
        candle: {
          ...{
            openTime,
            closeTime: openTime + MINUTE,
            openTicks: 1_000 + at,
            highTicks: high,
            lowTicks: low,
          },
          ...{ closeTicks: high, volumeLots: second * at, trades: second, closed: second % 5 === 4 },
          synthetic: false,
        },
      };
    });
  await store.keepLive(barsAt(0), [], 'bench');
  const before = cpuOfAll();
  const begun = performance.now();
  for (let second = 1; second <= LIVE_SECONDS; second += 1) {
    await store.keepLive(barsAt(second), [], 'bench');
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, begun + second * 1_000 - performance.now())),
    );
  }
  const share = (cpuOfAll() - before) / ((performance.now() - begun) / 1_000);
  await compareLive(store, barsAt);
  report(
    '1,000 live markets a second',
    share * 100,
    '% of a core',
    'this process and the server; bar at most 5',
  );
}

/** The rows, and what is left of them after they were sealed into blocks, are the bars as they were last told. */
async function compareLive(
  store: PostgresCandleStore,
  barsAt: (second: number) => LiveCandle[],
): Promise<void> {
  const seconds_ = Array.from({ length: LIVE_SECONDS + 1 }, (_, second) => second);
  const last = seconds_.filter((second) => second % 5 === 4 || second === LIVE_SECONDS).map(barsAt);
  const ranges = barsAt(0).map(({ series }) => ({ series, from: 0, to: FOR_EVER }));
  const expected = ranges.map((_, at) =>
    columnsOf(
      last.map((bars) => bars[at]!.candle),
      GRID,
    ),
  );
  const check = async (what: string) =>
    (await store.read(ranges)).forEach(({ columns }, at) => compare(columns, expected[at]!, what));
  await check('live rows');
  await store.seal(START + 2 * MINUTE);
  await check('blocks and live rows');
}

const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** Seeded: a price that wanders, as minutes without a hole. */
function walk(bars: number): CandleColumns {
  let state = 42;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const columns = Object.fromEntries(
    NAMES.map((name) => [name, name === 'openTime' ? new Float64Array(bars) : new Int32Array(bars)]),
  ) as unknown as CandleColumns;
  let ticks = 6_000_000;
  for (let at = 0; at < bars; at += 1) {
    const close = Math.max(10_000, ticks + Math.round((random() - 0.5) * 4_000));
    columns.openTime[at] = START + at * MINUTE;
    columns.openTicks[at] = ticks;
    columns.highTicks[at] = Math.max(ticks, close) + Math.round(random() * 1_000);
    columns.lowTicks[at] = Math.min(ticks, close) - Math.round(random() * 1_000);
    columns.closeTicks[at] = close;
    columns.volumeLots[at] = Math.round(random() * 5_000_000);
    columns.trades[at] = Math.round(random() * 2_000);
    ticks = close;
  }
  return { ...columns, grid: GRID, length: bars };
}

function compare(found: CandleColumns, expected: CandleColumns, what: string): void {
  if (found.length !== expected.length)
    throw new Error(`${what}: ${found.length} of ${expected.length} candles`);
  for (const name of NAMES) {
    for (let at = 0; at < found.length; at += 1) {
      if (found[name][at] !== expected[name][at]) throw new Error(`${what}: ${name} of candle ${at} differs`);
    }
  }
}

function compareRows(rows: readonly Record<string, string>[], columns: CandleColumns): void {
  const of = { ...{ openTime: 'open_time', openTicks: 'open', highTicks: 'high', lowTicks: 'low' } };
  const names = { ...of, closeTicks: 'close', volumeLots: 'volume', trades: 'trades' };
  const found = NAMES.map(
    (name) => [name, Float64Array.from(rows, (row) => Number(row[names[name]]))] as const,
  );
  compare(
    { ...sliceColumns(columns, 0, 0), ...Object.fromEntries(found), length: rows.length },
    columns,
    'rows',
  );
}

function sum(column: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < column.length; at += 1) total += column[at] as number;
  return total;
}

function same(found: number, expected: number): void {
  if (found !== expected) throw new Error(`the sum of closes is ${found}, not ${expected}`);
}

function bytesOf(column: Float64Array): Buffer {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}

/** Of the medians, without the first round. */
function ratio(theirs: readonly number[], ours: readonly number[]): number {
  return median(theirs.slice(1)) / median(ours.slice(1));
}

/** This process and everything it began: the server and its connections. */
function cpuOfAll(): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isOurs).reduce((total, pid) => total + (cpuSeconds(pid) || 0), 0);
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
