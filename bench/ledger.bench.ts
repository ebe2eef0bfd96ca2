import 'reflect-metadata';
import { hash } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { combineModels, platformModel } from '@sextant/platform';
import { ExportLedger, GetPortfolio, portfolioModel, RebuildProjections } from '@sextant/portfolio';
import { checkExport } from '../apps/cli/src/ledger-check/check-export.js';
import { HashLinks } from '../apps/cli/src/ledger-check/hash-links.js';
import { benchDatabase } from './support/bench-database.js';
import type { BenchDatabase } from './support/bench-database.js';
import { ledgerContexts } from './support/ledger-contexts.js';
import { BenchAccount, SYMBOLS, TENANT } from './support/ledger-fills.js';
import { median } from './support/load.js';
import { RAW_TABLES, storeRaw, sumsOf } from './support/raw-ledger.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const POSTINGS = Number(process.env['BENCH_POSTINGS'] ?? 1_000_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
/** Fills of a measured round of posting. */
const POSTED = 5_000;
const READS = 100;

/**
 * Posting against a raw insert of the same rows; rebuild; verification of an exported chain; the portfolio of 1,000
 * positions against one indexed SELECT, with few and with all postings. Each result is compared with its reference.
 */
export async function run(report: Report): Promise<void> {
  const bench = await benchDatabase(RAW_TABLES, combineModels(platformModel, portfolioModel));
  try {
    const contexts = await ledgerContexts(bench.database);
    const account = await BenchAccount.open(bench.database);
    await posting(bench, account, report);
    const few = await portfolio(bench, contexts, account);
    await account.fill(Math.max(0, Math.round(POSTINGS / (await postingsPerEntry(bench))) - account.next));
    await bench.client.query('VACUUM ANALYZE');
    await rebuild(bench, contexts, account, report);
    await chain(contexts, account, report);
    const all = await portfolio(bench, contexts, account);
    report(
      'portfolio of 1,000 positions',
      all.readMs,
      'ms p50',
      `SELECT of them ${all.selectMs.toFixed(2)} ms`,
    );
    report('portfolio / one indexed SELECT', all.readMs / all.selectMs, '×', 'bar 2, at most');
    report(
      'portfolio, all postings / few postings',
      all.readMs / few.readMs,
      '×',
      'independent of history is 1',
    );
  } finally {
    await bench.close();
  }
}

async function posting(bench: BenchDatabase, account: BenchAccount, report: Report): Promise<void> {
  const [ours, raw]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const plans = account.plans(POSTED);
    const rates = [
      await rate(POSTED, () => account.store(plans)),
      await rate(POSTED, () => storeRaw(bench, account, plans)),
    ];
    if (round === 0) continue;
    ours.push(rates[0]!);
    raw.push(rates[1]!);
  }
  assertEqual('the rows of both ways', await sumsOf(bench, ''), await sumsOf(bench, 'raw_'));
  report(
    'fills with postings, positions, balances, event',
    median(ours),
    'fills/s',
    'hash-chained, balance checked by triggers',
  );
  report('raw insert of the same rows', median(raw), 'fills/s', 'unnest, 512 fills a commit, one connection');
  report('posting / raw insert', median(ours) / median(raw), '×', 'bar 0.4');
}

async function rebuild(
  { database }: BenchDatabase,
  contexts: INestApplicationContext,
  { accountId }: BenchAccount,
  report: Report,
): Promise<void> {
  const [{ n: postings } = { n: 0 }] = await database.query<{ n: number }>(
    'SELECT count(*)::float8 AS n FROM ledger_posting',
  );
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const measured = await rate(postings, async () => {
      const command = new RebuildProjections(accountId, true, 'bench');
      for await (const report of await contexts.get(CommandBus).execute(command)) {
        assertEqual('live tables and fold', report.differences, []);
      }
    });
    if (round > 0) rates.push(measured);
  }
  report('rebuild', median(rates), 'postings/s', `${postings} postings, read from the database; bar 500,000`);
}

async function chain(
  contexts: INestApplicationContext,
  { accountId }: BenchAccount,
  report: Report,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const text of await contexts.get(QueryBus).execute(new ExportLedger(TENANT, accountId))) {
    chunks.push(Buffer.from(text));
  }
  const lines = linesOf(Buffer.concat(chunks));
  const { entryCount, chainHead } = JSON.parse(lines[0]!.toString());
  const entries = lines.slice(1, entryCount + 1);
  const [ours, plain, whole]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const links = new HashLinks();
    ours.push(await rate(entryCount, () => entries.forEach((line) => links.add(line))));
    assertEqual('the end of the chain', links.head, chainHead);
    plain.push(await rate(entryCount, () => entries.forEach((line) => hash('sha256', line, 'hex'))));
    whole.push(
      await rate(entryCount, async () => {
        const verdict = await checkExport(once(chunks));
        assertEqual('the verdict', [verdict.failure, verdict.entryCount], [null, entryCount]);
      }),
    );
  }
  const bytes = Math.round(entries.reduce((sum, line) => sum + line.length, 0) / entryCount);
  report('chain verification', median(ours.slice(1)), 'entries/s', `of ${bytes} bytes; bar 300,000`);
  report('chain verification / SHA-256 alone', median(ours.slice(1)) / median(plain.slice(1)), '×');
  report('whole check of an export', median(whole.slice(1)), 'entries/s', 'chain, sums, trades, projections');
}

/** Median milliseconds of reading the portfolio, and of one SELECT of its positions, in turns. */
async function portfolio(
  { database }: BenchDatabase,
  contexts: INestApplicationContext,
  { accountId, state }: BenchAccount,
): Promise<{ readMs: number; selectMs: number }> {
  const [read, select]: [number[], number[]] = [[], []];
  for (let n = 0; n < READS; n += 1) {
    const started = performance.now();
    const view = await contexts.get(QueryBus).execute(new GetPortfolio(TENANT, accountId));
    const between = performance.now();
    await database.query({ name: 'positions', text: 'SELECT * FROM position WHERE account_id = $1' }, [
      accountId,
    ]);
    read.push(between - started);
    select.push(performance.now() - between);
    const open = state.positions().filter(({ signedUnits }) => signedUnits !== 0n).length;
    assertEqual('positions', [view.accounts[0]!.positions.length, view.total.complete], [open, true]);
  }
  return { readMs: median(read.slice(10)), selectMs: median(select.slice(10)) };
}

async function postingsPerEntry({ database }: BenchDatabase): Promise<number> {
  const [row] = await database.query<{ each: number }>(`SELECT (SELECT count(*) FROM ledger_posting)::float8 /
    (SELECT count(*) FROM ledger_transaction) AS each`);
  return row!.each;
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start) + 1;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}

async function* once(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

async function rate(count: number, work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1_000);
}

function assertEqual(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what} differ: ${a?.slice(0, 500)} instead of ${b?.slice(0, 500)}`);
}

if (import.meta.main) {
  console.log(`${SYMBOLS} markets, ${POSTINGS.toLocaleString('en')} postings`);
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
