import type { EventEnvelope } from '@sextant/contracts';
import {
  Channel,
  ConsumerOffsets,
  ConsumerRegistry,
  EventConsumer,
  EventConsumers,
  GroupCommit,
  SystemClock,
  SystemLog,
  SystemTimers,
} from '@sextant/platform';
import type { CommitLane } from '@sextant/platform';
import { benchDatabase } from './support/bench-database.js';
import type { BenchDatabase } from './support/bench-database.js';
import { benchLanes } from './support/bench-lanes.js';
import { median } from './support/load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const EVENTS = 19_456;
const BATCH = 512;
const STREAMS = 64;

const TABLES = `
CREATE TABLE raw_event (
  stream_id text COLLATE "C", stream_seq bigint, type text, payload json, occurred_at timestamptz(3), actor text,
  trace_id text, hash text, PRIMARY KEY (stream_id, stream_seq));
ALTER TABLE event_log ADD position bigserial;
CREATE INDEX event_log_position ON event_log (position);
GRANT ALL ON raw_event TO sextant_writer;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO sextant_writer`;

/** Append against a raw insert of the same rows, read by streams against one global cursor, dispatch against calls. */
export async function run(report: Report): Promise<void> {
  const bench = await benchDatabase(TABLES);
  try {
    const lanes = await benchLanes(bench, STREAMS);
    await appendAgainstRaw(bench, lanes, report);
    await readAgainstGlobal(bench, report);
  } finally {
    await bench.close();
  }
  dispatchAgainstCalls(report);
}

const payload = {
  orderId: 'ord_0123456789abcdef0123456789abcdef',
  symbol: 'BTC/USDT',
  side: 'BUY',
  lots: 100,
};

async function appendAgainstRaw(bench: BenchDatabase, lanes: CommitLane[], report: Report): Promise<void> {
  const groupCommit = new GroupCommit(bench.database);
  const ours: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const rates = [
      await rate(EVENTS, () => append(groupCommit, lanes)),
      await rate(EVENTS, () => insertRaw(bench, round)),
    ];
    if (round === 0) continue;
    ours.push(rates[0] as number);
    raw.push(rates[1] as number);
  }
  report(
    'event log append',
    median(ours),
    'events/s',
    'locked, fenced, hash-chained, two statements in flight',
  );
  report('raw insert of the same rows', median(raw), 'events/s', 'unnest, 512 rows a commit, one connection');
  report('append / raw insert', median(ours) / median(raw), '×', 'bar 0.5');
}

async function append(groupCommit: GroupCommit, lanes: readonly CommitLane[]): Promise<void> {
  const events = [{ type: 'OrderPlaced', payload, occurredAt: 1_700_000_000_000, actor: 'usr_1' }];
  const commits = Array.from({ length: EVENTS }, (_, n) =>
    groupCommit.commit(lanes[n % lanes.length] as CommitLane, { events, rows: [], ledger: [] }),
  );
  await Promise.all(commits);
}

async function insertRaw({ database }: BenchDatabase, round: number): Promise<void> {
  const client = await database.commitPool.connect();
  const text = JSON.stringify(payload);
  for (let from = 0; from < EVENTS; from += BATCH) {
    const rows = Array.from({ length: BATCH }, (_, n) => from + n);
    await client.query({
      name: 'raw_insert',
      text: `INSERT INTO raw_event SELECT s, q, t, p, to_timestamp(o / 1000.0), a, NULL, h FROM unnest(
               $1::text[], $2::bigint[], $3::text[], $4::json[], $5::bigint[], $6::text[], $7::text[])
               AS i(s, q, t, p, o, a, h)`,
      values: [
        rows.map((n) => `acc_${(n % STREAMS).toString(16).padStart(32, '0')}`),
        rows.map((n) => round * EVENTS + n),
        rows.map(() => 'OrderPlaced'),
        rows.map(() => text),
        rows.map(() => 1_700_000_000_000),
        rows.map(() => 'usr_1'),
        rows.map(() => '0'.repeat(64)),
      ],
    });
  }
  client.release();
}

/** Does nothing with the events but count them. */
class Counter extends EventConsumer {
  readonly types = 'ALL';
  count = 0;

  constructor(readonly name: string) {
    super();
  }

  async handle(events: EventEnvelope[]): Promise<void> {
    this.count += events.length;
  }
}

async function readAgainstGlobal(bench: BenchDatabase, report: Report): Promise<void> {
  const { rows } = await bench.client.query<{ n: string }>('SELECT count(*) AS n FROM event_log');
  const total = Number(rows[0]?.n);
  const ours: number[] = [];
  const global: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const rates = [
      await rate(total, () => readStreams(bench, new Counter(`c${round}`), total)),
      await rate(total, () => readGlobal(bench, total)),
    ];
    if (round === 0) continue;
    ours.push(rates[0] as number);
    global.push(rates[1] as number);
  }
  report(
    'read by streams',
    median(ours),
    'events/s',
    'offsets claimed and moved in the transaction of the effect',
  );
  report(
    'read by one global cursor',
    median(global),
    'events/s',
    'which loses events; offset moved the same way',
  );
  report('read by streams / global cursor', median(ours) / median(global), '×', 'bar 0.8');
}

async function readStreams({ database }: BenchDatabase, counter: Counter, total: number): Promise<void> {
  const registry = new ConsumerRegistry();
  registry.register(counter);
  const offsets = new ConsumerOffsets(database, new SystemLog(database), new SystemClock());
  const quiet = { warn: console.warn, error: console.error };
  const consumers = new EventConsumers(
    database,
    registry,
    offsets,
    new SystemTimers(),
    quiet,
    NO_METRICS,
    OPTIONS,
  );
  await consumers.start();
  await consumers.drained();
  await consumers.stop();
  if (counter.count !== total) throw new Error(`${counter.count} of ${total} events were handled`);
}

const NO_METRICS = { increment: () => undefined };
const OPTIONS = { sweepMs: 60_000, maxStreams: 32, maxEvents: 200, maxAttempts: 3, firstPauseMs: 100 };

interface GlobalRow {
  position: string;
  stream_id: string;
  stream_seq: string;
  type: string;
  payload: EventEnvelope['payload'];
  ms: string;
  actor: string | null;
  trace_id: string | null;
  hash: string;
}

/** The same batch size, the same transaction, the same envelopes. */
async function readGlobal({ database }: BenchDatabase, total: number): Promise<void> {
  await database.query(`INSERT INTO consumer_offset (consumer, stream_id, sequence) VALUES ('global', 'all', 0)
                        ON CONFLICT (consumer, stream_id) DO UPDATE SET sequence = 0`);
  let count = 0;
  while (count < total) {
    count += await database.transaction(async (client) => {
      const offset = await client.query<{ sequence: string }>(
        `SELECT sequence FROM consumer_offset WHERE consumer = 'global' FOR UPDATE`,
      );
      const { rows } = await client.query<GlobalRow>({
        name: 'global_read',
        text: `SELECT position, stream_id, stream_seq, type, payload,
                 (extract(epoch FROM occurred_at) * 1000)::bigint AS ms, actor, trace_id, hash
               FROM event_log WHERE position > $1 ORDER BY position LIMIT 6400`,
        values: [offset.rows[0]?.sequence],
      });
      const envelopes = rows.map(envelopeOf);
      await client.query(`UPDATE consumer_offset SET sequence = $1 WHERE consumer = 'global'`, [
        rows.at(-1)?.position,
      ]);
      return envelopes.length;
    });
  }
}

function envelopeOf({
  stream_id,
  stream_seq,
  type,
  payload: body,
  ms,
  actor,
  trace_id,
  hash,
}: GlobalRow): EventEnvelope {
  const facts = {
    streamId: stream_id,
    sequence: Number(stream_seq),
    type,
    payload: body,
    occurredAt: Number(ms),
  };
  return { ...facts, actor, traceId: trace_id, hash };
}

const CALLS = 20_000_000;

function dispatchAgainstCalls(report: Report): void {
  const channel = new Channel<{ value: number }>();
  let sum = 0;
  const handlers = [1, 2, 3].map((factor) => (event: { value: number }) => {
    sum += event.value * factor;
  });
  for (const handler of handlers) channel.subscribe(handler);
  const [first, second, third] = handlers as [Handler, Handler, Handler];
  const event = { value: 1 };
  const direct: number[] = [];
  const dispatched: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const rates = [
      syncRate(() => {
        first(event);
        second(event);
        third(event);
      }),
      syncRate(() => channel.publish(event)),
    ];
    if (round === 0) continue;
    direct.push(rates[0] as number);
    dispatched.push(rates[1] as number);
  }
  if (sum !== (ROUNDS + 1) * 2 * CALLS * 6) throw new Error('a handler was not called');
  report('in-process dispatch', median(dispatched) / 1e6, 'million events/s', 'one event, three handlers');
  report('direct calls', median(direct) / 1e6, 'million events/s');
  report('dispatch / direct calls', median(dispatched) / median(direct), '×', 'bar 0.5');
}

type Handler = (event: { value: number }) => void;

function syncRate(publish: () => void): number {
  const start = performance.now();
  for (let n = 0; n < CALLS; n += 1) publish();
  return CALLS / ((performance.now() - start) / 1_000);
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1_000);
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
