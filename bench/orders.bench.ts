import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@sextant/platform';
import { startBaseline } from './support/baseline-process.js';
import { cpuSeconds } from './support/cpu.js';
import { load, median, post } from './support/load.js';
import type { LoadResult } from './support/load.js';
import { OrderStatements } from './support/order-statements.js';
import type { OwnedAccount } from './support/order-statements.js';
import { SextantUnderLoad } from './support/sextant-under-load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const CONNECTIONS = 64;

/** One program and the request it is asked over and over. */
interface Subject {
  port: number;
  pid: number;
  request: (n: number) => string;
  /** What it answers when all is well. */
  status: number;
}

/**
 * An accepted resting order over HTTP against a trivial POST of the same framework, and against the way such an
 * endpoint is usually built. Subjects take turns within a round; ratios are of medians.
 */
export async function run(report: Report): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sextant-bench-'));
  const postgres = new EmbeddedPostgres({ dataDir });
  await postgres.start();
  const trivial = await startBaseline('trivial-app');
  const usual = await startBaseline('usual-app', postgres.url);
  const sextant = await SextantUnderLoad.start();
  const statements = await OrderStatements.start();
  try {
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '60000.00' };
    let number = 0;
    const unique = (): string => `bench-${process.pid}-${(number += 1)}`;
    const sextantOrder = (accountId: string): string =>
      post('/api/orders', { ...order, accountId, clientOrderId: unique() }, sextant.headers);
    const accounts = await sextant.openAccounts(64);
    const [hot = ''] = accounts;
    const subjects: Record<string, Subject> = {
      trivial: {
        port: trivial.port,
        pid: trivial.child.pid!,
        request: () => post('/echo', order),
        status: 201,
      },
      'usual way': {
        port: usual.port,
        pid: usual.child.pid!,
        request: () => post('/orders', { ...order, clientOrderId: unique() }),
        status: 201,
      },
      'order, 1 account': { ...sextant.address, request: () => sextantOrder(hot), status: 201 },
      'order, 64 accounts': {
        ...sextant.address,
        request: (n) => sextantOrder(accounts[n % accounts.length]!),
        status: 201,
      },
    };
    const rates = await rounds(subjects, CONNECTIONS, report);
    const [plain, common] = [rates['trivial']!, rates['usual way']!];
    for (const name of ['order, 1 account', 'order, 64 accounts']) {
      report(`${name} / trivial POST`, rates[name]! / plain, '×', 'goal 0.30, stretch 0.45');
      report(`${name} / usual way`, rates[name]! / common, '×', 'goal 5');
    }
    const owned = await statements.openAccounts(64);
    await againstStatements(statements, owned, rates, report);
    await oneClient(subjects, () => statements.place(owned.slice(0, 1), 1, 2), report);
  } finally {
    await Promise.all([trivial.stop(), usual.stop(), sextant.stop(), statements.stop()]);
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function rounds(
  subjects: Record<string, Subject>,
  connections: number,
  report: Report,
): Promise<Record<string, number>> {
  const measured: Record<string, { rate: number[]; perCpu: number[]; p50: number[]; p99: number[] }> = {};
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, subject] of Object.entries(subjects)) {
      const cpu = cpuSeconds(subject.pid);
      const result = await load({ ...subject, connections, seconds: round < 0 ? 2 : SECONDS });
      assertAnswers(name, subject, result);
      if (round < 0) continue;
      const into = (measured[name] ??= { rate: [], perCpu: [], p50: [], p99: [] });
      into.rate.push(result.perSecond);
      into.perCpu.push(result.requests / (cpuSeconds(subject.pid) - cpu));
      into.p50.push(result.p50);
      into.p99.push(result.p99);
    }
  }
  const rates: Record<string, number> = {};
  for (const [name, { rate, perCpu, p50, p99 }] of Object.entries(measured)) {
    rates[name] = median(rate);
    const latency = `p50 ${median(p50).toFixed(2)} ms, p99 ${median(p99).toFixed(2)} ms`;
    report(
      `${name}, ${connections} connections`,
      rates[name],
      'requests/s',
      `${latency}; ${Math.round(median(perCpu))} per server CPU-second`,
    );
  }
  return rates;
}

/** The same statements with the same rows, as many at once, without HTTP, risk and matching. */
async function againstStatements(
  statements: OrderStatements,
  accounts: readonly OwnedAccount[],
  rates: Record<string, number>,
  report: Report,
): Promise<void> {
  for (const [name, count] of Object.entries({ 'order, 1 account': 1, 'order, 64 accounts': 64 })) {
    const measured: number[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const seconds = round < 0 ? 2 : SECONDS;
      const { perSecond } = await statements.place(accounts.slice(0, count), CONNECTIONS, seconds);
      if (round >= 0) measured.push(perSecond);
    }
    report(`${name}, its statements alone`, median(measured), 'orders/s', 'intent, venue journal, ack');
    report(`${name} / its statements alone`, rates[name]! / median(measured), '×', 'goal 0.6');
  }
}

/** One order at a time against the HTTP round trip and the statements that it cannot do without. */
async function oneClient(
  subjects: Record<string, Subject>,
  placeAlone: () => Promise<{ p50: number }>,
  report: Report,
): Promise<void> {
  const p50 = { order: [] as number[], trivial: [] as number[], alone: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    p50.trivial.push((await load({ ...subjects['trivial']!, connections: 1, seconds: 2 })).p50);
    p50.order.push((await load({ ...subjects['order, 1 account']!, connections: 1, seconds: 2 })).p50);
    p50.alone.push((await placeAlone()).p50);
  }
  const [order, trivial, alone] = [median(p50.order), median(p50.trivial), median(p50.alone)];
  const parts = `its statements alone ${alone.toFixed(3)} ms, trivial POST ${trivial.toFixed(3)} ms`;
  report('order, 1 client, p50', order, 'ms', parts);
  report('order p50 / (its statements + trivial POST)', order / (alone + trivial), '×', 'goal at most 1.5');
}

function assertAnswers(name: string, subject: Subject, { statuses, requests }: LoadResult): void {
  if (statuses[subject.status] === requests) return;
  throw new Error(`${name} answered ${JSON.stringify(statuses)}`);
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
