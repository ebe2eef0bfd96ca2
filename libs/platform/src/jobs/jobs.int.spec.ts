import type { JsonObject } from '@sextant/contracts';
import type { TenantId } from '@sextant/kernel';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { SystemLog } from '../event-log/index.js';
import { Idempotency } from '../idempotency/index.js';
import { platformModel } from '../platform-model.js';
import type { Cancel } from '../time/index.js';
import { SequentialIds, SystemClock, SystemTimers } from '../time/index.js';
import type { JobRun } from './job-handler.js';
import { JobFailure, JobHandler, TryLater } from './job-handler.js';
import { JobRegistry } from './job-registry.js';
import { JobWork } from './job-work.js';
import type { Job } from './job.js';
import { isEnded } from './job.js';
import { Jobs } from './jobs.js';
import { PgBossEngine } from './pg-boss-engine.js';

const ours = 'ten_00000000000000000000000000000001' as TenantId;
const theirs = 'ten_00000000000000000000000000000002' as TenantId;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = new SystemClock();

/** Time runs twenty times as fast. */
class FastTimers extends SystemTimers {
  override setTimer(delayMs: number, run: () => void | Promise<void>): Cancel {
    return super.setTimer(delayMs / 20, run);
  }
}

/** Does what the test says. */
class Scripted extends JobHandler {
  readonly kind = 'SCRIPTED';
  override readonly concurrency = 2;
  override readonly maxFailures = 2;
  readonly runs: { attempt: JobRun; from: unknown }[] = [];

  constructor(readonly script: (run: JobRun, attempt: number) => Promise<JsonObject>) {
    super();
  }

  run(run: JobRun): Promise<JsonObject> {
    this.runs.push({ attempt: run, from: run.checkpoint });
    return this.script(run, this.runs.length);
  }
}

/** Until the attempt is stopped, as a handler that looks at its signal. */
function untilStopped({ signal }: JobRun): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

describe('jobs', () => {
  let test: TestDatabase;
  let log: SystemLog;
  const ids = new SequentialIds();
  const processes: JobWork[] = [];
  const counted: string[] = [];

  beforeAll(async () => {
    test = await createTestDatabase(platformModel);
    log = new SystemLog(test.database);
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((each) => each.stop()));
    await test.database.query('DELETE FROM job');
    await test.database.query('DELETE FROM pgboss.job');
  });
  afterAll(() => test.close());

  /** One process; without a handler it only starts jobs. */
  function process(handler: JobHandler, works = true) {
    const { database } = test;
    const registry = new JobRegistry();
    registry.register(handler);
    const engine = new PgBossEngine(database, silent);
    const jobs = new Jobs(database, engine, registry, log, clock, ids);
    const metrics = {
      increment: (name: string, labels: object) => counted.push(`${name} ${Object.values(labels).join(' ')}`),
      observe: () => undefined,
      set: () => undefined,
    };
    const work = new JobWork({
      ...{ database, engine, registry, log, clock, metrics, logger: silent, process: 'test' },
      ...{ timers: new FastTimers(), concurrency: works ? 4 : 0, keepDays: 30 },
    });
    processes.push(work);
    return { jobs, work, engine };
  }

  async function begin(jobs: Jobs, onlyOne: string | null = null): Promise<Job> {
    await jobs.ready();
    const order = { tenantId: ours, kind: 'SCRIPTED', input: { from: 1 }, actor: 'usr_1', onlyOne };
    return test.database.transaction((client) => jobs.start(client, order));
  }

  async function until(jobs: Jobs, jobId: string, holds: (job: Job) => boolean): Promise<Job> {
    for (let tries = 0; ; tries += 1) {
      const job = await jobs.find(ours, jobId);
      if (holds(job)) return job;
      if (tries > 400) throw new Error(`It never came: ${JSON.stringify(job)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function events(jobId: string): Promise<string[]> {
    const rows = await test.database.query<{ type: string }>(
      `SELECT type FROM event_log WHERE payload ->> 'jobId' = $1 ORDER BY stream_seq`,
      [jobId],
    );
    return rows.map(({ type }) => type);
  }

  it('are done by whatever process has room, and tell what they came to', async () => {
    const handler = new Scripted(async (run) => {
      await run.save({ page: 1 }, 0.5);
      return { pages: 1 };
    });
    const { jobs } = process(handler, false);
    const job = await begin(jobs);
    expect(job).toMatchObject({ status: 'QUEUED', progress: 0, input: { from: 1 }, attempts: 0 });
    await process(handler).work.start();
    const ended = await until(jobs, job.jobId, isEnded);
    expect(ended).toMatchObject({ status: 'COMPLETED', progress: 1, result: { pages: 1 }, attempts: 1 });
    expect(ended).toMatchObject({ error: null, checkpoint: { page: 1 } });
    expect(await events(job.jobId)).toEqual(['JobQueued', 'JobCompleted']);
    expect(counted).toContain('jobs_ended_total SCRIPTED COMPLETED');
  });

  it('start together with what else is stored, or not at all, and once for a key', async () => {
    const { jobs } = process(new Scripted(async () => ({})), false);
    await jobs.ready();
    const order = { tenantId: ours, kind: 'SCRIPTED', input: {}, actor: 'usr_1' };
    const broken = test.database.transaction(async (client) => {
      await jobs.start(client, order);
      throw new Error('the effect failed');
    });
    await expect(broken).rejects.toThrow('the effect failed');
    const counts = () =>
      test.database.query(
        'SELECT (SELECT count(*) FROM job) AS jobs, (SELECT count(*) FROM pgboss.job) AS sent',
      );
    expect(await counts()).toEqual([{ jobs: '0', sent: '0' }]);

    const request = { tenantId: ours, route: 'POST /api/things', key: 'one', bodyHash: 'a'.repeat(64) };
    const once = () =>
      new Idempotency(test.database, clock).once(request, async (client) => {
        const { jobId } = await jobs.start(client, order);
        return { status: 202, body: { jobId }, resourceId: jobId };
      });
    const answers = await Promise.all([once(), once(), once()]);
    expect(new Set(answers.map(({ body }) => body.jobId)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await counts()).toEqual([{ jobs: '1', sent: '1' }]);
  });

  it('go on from their checkpoint elsewhere when their process is gone, and what that one still stores does not count', async () => {
    let resume = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (resume = resolve));
    const late: unknown[] = [];
    const handler = new Scripted(async (run, attempt) => {
      if (attempt > 1) return { wentOnFrom: run.checkpoint };
      await run.save({ page: 7 }, 0.7);
      await asleep;
      await run
        .save({ page: 8 }, 0.8, async () => void late.push('effect'))
        .catch((error: Error) => {
          late.push(error.message);
          throw error;
        });
      return { wentOnFrom: null };
    });
    const first = process(handler);
    await first.work.start();
    const job = await begin(first.jobs);
    await until(first.jobs, job.jobId, ({ checkpoint }) => checkpoint !== null);
    // The process stands still: its beats stop. `pause` keeps it from taking the job again itself.
    await first.engine.pause();
    await test.database.query(`UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour'`);
    const second = process(handler);
    await second.work.start();
    const ended = await until(second.jobs, job.jobId, isEnded);
    expect(ended).toMatchObject({ status: 'COMPLETED', result: { wentOnFrom: { page: 7 } }, attempts: 2 });
    resume();
    await until(second.jobs, job.jobId, () => late.length > 0);
    expect(late).toEqual(['The attempt is over: LOST.']);
    expect(await second.jobs.find(ours, job.jobId)).toEqual(ended);
  });

  it('are put back by a process that stops, and nothing counts against them', async () => {
    const handler = new Scripted(async (run, attempt) => {
      if (attempt > 1) return { wentOnFrom: run.checkpoint };
      await run.save({ page: 3 }, 0.3);
      return untilStopped(run);
    });
    const first = process(handler);
    await first.work.start();
    const job = await begin(first.jobs);
    await until(first.jobs, job.jobId, ({ checkpoint }) => checkpoint !== null);
    await first.work.stop();
    expect(await first.jobs.find(ours, job.jobId)).toMatchObject({ status: 'QUEUED', error: null });
    const second = process(handler);
    await second.work.start();
    const ended = await until(second.jobs, job.jobId, isEnded);
    expect(ended).toMatchObject({ status: 'COMPLETED', result: { wentOnFrom: { page: 3 } } });
    const [row] = await test.database.query<{ failures: number }>('SELECT failures FROM job', []);
    expect(row?.failures).toBe(1);
  });

  it('are cancelled at once while they wait, and as soon as their handler sees it while they run', async () => {
    const handler = new Scripted(untilStopped);
    const waiting = process(handler, false);
    const queued = await begin(waiting.jobs);
    expect(await waiting.jobs.cancel(ours, queued.jobId, 'usr_1')).toMatchObject({ status: 'CANCELED' });
    expect(await waiting.jobs.cancel(ours, queued.jobId, 'usr_1')).toMatchObject({ status: 'CANCELED' });
    expect(await events(queued.jobId)).toEqual(['JobQueued', 'JobCanceled']);

    const { jobs, work } = process(handler);
    await work.start();
    const job = await begin(jobs);
    await until(jobs, job.jobId, ({ status }) => status === 'RUNNING');
    await expect(jobs.cancel(theirs, job.jobId, 'usr_2')).rejects.toThrow('no such job');
    const asked = await jobs.cancel(ours, job.jobId, 'usr_1');
    expect(asked.cancelRequestedAt).not.toBeNull();
    const ended = await until(jobs, job.jobId, isEnded);
    expect(ended).toMatchObject({ status: 'CANCELED', attempts: 1 });
    // The one that was cancelled while it waited was never begun.
    expect(handler.runs).toHaveLength(1);
    expect(await events(job.jobId)).toEqual(['JobQueued', 'JobCanceled']);
  });

  it('cannot be cancelled when they have ended otherwise', async () => {
    const { jobs, work } = process(new Scripted(async () => ({})));
    await work.start();
    const job = await begin(jobs);
    await until(jobs, job.jobId, isEnded);
    await expect(jobs.cancel(ours, job.jobId, 'usr_1')).rejects.toMatchObject({ code: 'JOB_ALREADY_ENDED' });
  });

  it('are parked with their error when every attempt fails, and hold up no other', async () => {
    const handler = new Scripted(async ({ jobId }) => {
      if (jobId === poison.jobId) throw new TypeError('cannot read the secret of undefined');
      return {};
    });
    const { jobs, work } = process(handler);
    const poison = await begin(jobs);
    const sound = await begin(jobs);
    await work.start();
    expect(await until(jobs, sound.jobId, isEnded)).toMatchObject({ status: 'COMPLETED' });
    const ended = await until(jobs, poison.jobId, isEnded);
    expect(ended).toMatchObject({ status: 'FAILED', attempts: 2, error: { code: 'JOB_BROKEN' } });
    expect(ended.error?.detail).not.toContain('secret');
    expect(await events(poison.jobId)).toEqual(['JobQueued', 'JobFailed']);
  });

  it('are given up when their processes die again and again without a word', async () => {
    const handler = new Scripted(untilStopped);
    const { jobs, work } = process(handler);
    const job = await begin(jobs);
    // As two processes that began and were killed left it.
    await test.database.query(`UPDATE job SET status = 'RUNNING', attempts = 2, failures = 2`);
    await work.start();
    const ended = await until(jobs, job.jobId, isEnded);
    expect(ended).toMatchObject({ status: 'FAILED', error: { code: 'JOB_ABANDONED' } });
    expect(handler.runs).toHaveLength(0);
  });

  it('fail at once where trying again is of no use', async () => {
    const { jobs, work } = process(
      new Scripted(async () => {
        throw new JobFailure('HISTORY_TOO_OLD', 'The venue keeps a week.');
      }),
    );
    await work.start();
    const job = await begin(jobs);
    const ended = await until(jobs, job.jobId, isEnded);
    expect(ended).toMatchObject({ status: 'FAILED', attempts: 1 });
    expect(ended.error).toEqual({ code: 'HISTORY_TOO_OLD', detail: 'The venue keeps a week.' });
  });

  it('wait for what is not there now without failing', async () => {
    const handler = new Scripted(async (_, attempt) => {
      if (attempt <= 5) throw new TryLater('VENUE_UNAVAILABLE', 'The venue is down.', 0);
      return { attempt };
    });
    const { jobs, work } = process(handler);
    await work.start();
    const job = await begin(jobs);
    expect(await until(jobs, job.jobId, isEnded)).toMatchObject({
      status: 'COMPLETED',
      result: { attempt: 6 },
    });
  });

  it('run no more at a time than their kind allows', async () => {
    let now = 0;
    let most = 0;
    const handler = new Scripted(async () => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve, 30));
      now -= 1;
      return {};
    });
    const { jobs, work } = process(handler);
    await work.start();
    const all = await Promise.all(Array.from({ length: 6 }, () => begin(jobs)));
    for (const { jobId } of all) await until(jobs, jobId, isEnded);
    expect(most).toBe(2);
  });

  it('are one at a time for the same thing where that was asked for', async () => {
    const { jobs } = process(new Scripted(async () => ({})), false);
    const first = await begin(jobs, 'acc_1');
    await expect(begin(jobs, 'acc_1')).rejects.toMatchObject({
      code: 'JOB_ALREADY_RUNNING',
      context: { jobId: first.jobId },
    });
    await begin(jobs, 'acc_2');
    await jobs.cancel(ours, first.jobId, 'usr_1');
    expect(await begin(jobs, 'acc_1')).toMatchObject({ status: 'QUEUED' });
  });

  it('are listed the newest first, page by page, to their tenant alone', async () => {
    const { jobs } = process(new Scripted(async () => ({})), false);
    const made: Job[] = [];
    for (let count = 0; count < 3; count += 1) made.unshift(await begin(jobs));
    const first = await jobs.list(ours, { limit: 2 });
    expect(first.data).toEqual(made.slice(0, 2));
    const rest = await jobs.list(ours, { limit: 2, cursor: first.page.nextCursor! });
    expect(rest).toEqual({ data: made.slice(2), page: { nextCursor: null, hasMore: false } });
    expect((await jobs.list(ours, { status: ['RUNNING'] })).data).toEqual([]);
    expect((await jobs.list(theirs, {})).data).toEqual([]);
    await expect(jobs.find(theirs, made[0]!.jobId)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    const seen = await test.database.read(theirs, (reader) => reader.query('SELECT * FROM job'));
    expect(seen).toEqual([]);
  });

  it('stand on tables that are what the engine expects, and that it may not change', async () => {
    const { PgBoss } = await import('pg-boss');
    const boss = new PgBoss({ connectionString: test.url, migrate: false, supervise: false });
    await boss.start();
    const drift = await boss.detectSchemaDrift().finally(() => boss.stop({ graceful: false }));
    expect(drift).toMatchObject({ ok: true });
    const asWriter = (sql: string) => test.database.query(sql);
    await expect(asWriter('CREATE TABLE pgboss.mine (id int)')).rejects.toThrow('permission denied');
    await expect(asWriter('ALTER TABLE pgboss.job ADD mine int')).rejects.toThrow('must be owner');
    await expect(asWriter('DELETE FROM pgboss.version')).rejects.toThrow('permission denied');
    const asReader = test.database.read(ours, (reader) => reader.query('SELECT * FROM pgboss.job'));
    await expect(asReader).rejects.toThrow('permission denied');
  });
});
