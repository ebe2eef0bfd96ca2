/** One process of the storm: owns accounts, writes to them by their owner, and consumes the log. */
import type { EventEnvelope, JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import {
  AccountRuntime,
  CommitRefused,
  ConsumerOffsets,
  ConsumerRegistry,
  Database,
  EventConsumer,
  EventConsumers,
  GroupCommit,
  LeaseLost,
  Ownership,
  platformModel,
  SystemClock,
  SystemLog,
  SystemTimers,
  write,
} from '@sextant/platform';
import type { AccountLease, AccountSession } from '@sextant/platform';
import type { PoolClient } from 'pg';
import { seeded } from './seeded.js';
import type { StormCommand, StormOrders, StormReport } from './storm-protocol.js';
import { lastOperation, operations } from './storm-tables.js';

const orders = JSON.parse(process.env['STORM'] ?? '') as StormOrders;
const random = seeded(orders.seed);
const clock = new SystemClock();
const timers = new SystemTimers();
const verbose = process.env['STORM_VERBOSE'] === '1';
const logger = { info: () => undefined, warn: log, error: log };

function log(message: string, fields?: Record<string, unknown>): void {
  if (verbose) console.error(orders.name, message, fields);
}

let sessions = 0;
/** Operations of which a commit said that nothing was written. */
let refused: string[] = [];

function saysNotWritten(error: unknown): boolean {
  if (error instanceof LeaseLost || error instanceof CommitRefused) return true;
  return error instanceof DomainError && error.code === 'COMMIT_UNAVAILABLE';
}

/** Numbers its operations, so that the log shows any change of order, and any session that outlives its successor. */
class StormSession implements AccountSession {
  private readonly name = `${orders.name}/${process.pid}/${(sessions += 1)}`;
  private k = 0;

  constructor(private readonly lease: AccountLease) {}

  async execute(_type: string, payload: JsonValue): Promise<JsonValue> {
    const operation = String(payload);
    const { accountId, epoch } = this.lease;
    this.k += 1;
    const facts = { operation, session: this.name, k: this.k, epoch };
    const { lastSequence } = await this.lease
      .commit({
        events: [{ type: 'Operated', payload: facts, occurredAt: clock.now(), actor: orders.name }],
        rows: [
          write(lastOperation, { account_id: accountId, operation, k: this.k }),
          write(operations, { account_id: accountId, operation }),
        ],
        ledger: [],
      })
      .catch((error: unknown) => {
        if (saysNotWritten(error)) refused.push(`${accountId} ${operation}`);
        throw error;
      });
    return lastSequence;
  }

  async close(): Promise<void> {}
}

class StormRuntime extends AccountRuntime {
  override open(lease: AccountLease): Promise<AccountSession> {
    return Promise.resolve(new StormSession(lease));
  }
}

class Tally extends EventConsumer {
  readonly name = 'tally';
  readonly types = 'ALL';

  async handle(events: EventEnvelope[], client: PoolClient): Promise<void> {
    await client.query(
      `INSERT INTO storm_effect (consumer, stream_id, sequence)
       SELECT 'tally', s, q FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS i(s, q, n) ORDER BY n`,
      [events.map(({ streamId }) => streamId), events.map(({ sequence }) => sequence)],
    );
  }
}

const database = new Database({
  url: orders.url,
  model: platformModel,
  writerPoolSize: 4,
  readerPoolSize: 1,
});
const groupCommit = new GroupCommit(database);
const parts = { database, groupCommit, runtime: new StormRuntime(), clock, timers, logger };
const ownership = new Ownership({ ...parts, forwardingSecret: 's'.repeat(32) }, orders.ownership);
const registry = new ConsumerRegistry();
if (orders.consumes) registry.register(new Tally());
const systemLog = new SystemLog(database);
const offsets = new ConsumerOffsets(database, systemLog, clock);
const consumers = new EventConsumers(
  database,
  registry,
  offsets,
  timers,
  logger,
  { increment: () => undefined },
  {
    sweepMs: 500,
    maxStreams: 32,
    maxEvents: 200,
    maxAttempts: 5,
    firstPauseMs: 100,
  },
);

let stopping = false;
let acknowledged: string[] = [];
let failures: Record<string, number> = {};

async function writer(index: number): Promise<void> {
  for (let n = 0; !stopping; n += 1) {
    const account = orders.accounts[Math.floor(random() * orders.accounts.length)] as AccountId;
    const operation = `${orders.name}-${process.pid}-${index}-${n}`;
    try {
      await ownership.owner.execute(account, 'operate', operation);
      acknowledged.push(`${account} ${operation}`);
    } catch (error) {
      const known = error instanceof DomainError || error instanceof CommitRefused;
      if (!known) log('writer', { error });
      const name = known
        ? `${(error as { code?: string }).code} ${(error as DomainError).context?.['outcome']}`
        : String(error);
      failures[name] = (failures[name] ?? 0) + 1;
      await timers.sleep(20 + 80 * random());
    }
  }
}

/** A transaction with work of its own before and after it appends: transaction ids, positions and commits disagree. */
async function noter(index: number): Promise<void> {
  const stream = `bot_${index}`;
  for (let n = 0; !stopping; n += 1) {
    const operation = `${orders.name}-${process.pid}-note-${index}-${n}`;
    const payload = { operation, session: operation, k: 0, epoch: 0 };
    try {
      await database.transaction(async (client) => {
        await client.query('SELECT pg_current_xact_id()');
        await timers.sleep(15 * random());
        await systemLog.appendTo(stream, [{ type: 'Noted', payload, occurredAt: clock.now() }], client);
        await timers.sleep(15 * random());
      });
      acknowledged.push(`${stream} ${operation}`);
    } catch {
      await timers.sleep(50);
    }
  }
}

function report(message: StormReport): void {
  process.send?.(message);
}

function progress(): void {
  report({ kind: 'PROGRESS', acknowledged, refused, failures });
  acknowledged = [];
  refused = [];
  failures = {};
}

await database.start();
await consumers.start();
await ownership.start();
// The timers of the platform never keep a process alive; this one is ended by its parent.
const beat = setInterval(progress, 20);
const writers = [
  ...Array.from({ length: orders.writers }, (_, index) => writer(index)),
  ...Array.from({ length: orders.noters }, (_, index) => noter(index)),
];
report({ kind: 'READY' });

process.on('disconnect', () => process.exit(2));
process.on('message', (command: StormCommand) => {
  stopping = true;
  if (command.kind === 'STOP') void stop();
});

async function stop(): Promise<void> {
  await Promise.all(writers);
  await ownership.stop();
  await consumers.stop();
  await database.stop();
  clearInterval(beat);
  progress();
  report({ kind: 'STOPPED' });
  process.disconnect?.();
}
