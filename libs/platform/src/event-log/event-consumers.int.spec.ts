import type { EventEnvelope } from '@sextant/contracts';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import pg from 'pg';
import type { PoolClient } from 'pg';
import { platformModel } from '../platform-model.js';
import { SystemClock, SystemTimers } from '../time/index.js';
import { ConsumerOffsets } from './consumer-offsets.js';
import { ConsumerRegistry } from './consumer-registry.js';
import { EventConsumer } from './event-consumer.js';
import { EventConsumers } from './event-consumers.js';
import { EventLog } from './event-log.js';
import { SystemLog } from './system-log.js';

const OPTIONS = { sweepMs: 60_000, maxStreams: 4, maxEvents: 3, maxAttempts: 3, firstPauseMs: 20 };

/** Writes down what it handled; fails at events whose payload says so. */
class Recorder extends EventConsumer {
  poisonous = true;
  /** Set while its own transaction should be ended by the server. */
  cutOnce = false;

  constructor(
    readonly name: string,
    readonly types: readonly string[] | 'ALL' = 'ALL',
  ) {
    super();
  }

  async handle(events: EventEnvelope[], client: PoolClient): Promise<void> {
    for (const { streamId, sequence, payload } of events) {
      await client.query('INSERT INTO seen (consumer, stream_id, sequence) VALUES ($1, $2, $3)', [
        this.name,
        streamId,
        sequence,
      ]);
      if (payload['poison'] === true && this.poisonous) throw new Error('cannot digest this');
    }
    if (!this.cutOnce) return;
    this.cutOnce = false;
    await client.query('SELECT pg_terminate_backend(pg_backend_pid())');
  }

  override async reset(client: PoolClient): Promise<void> {
    await client.query('DELETE FROM seen WHERE consumer = $1', [this.name]);
  }
}

class Unreplayable extends EventConsumer {
  readonly name = 'unreplayable';
  readonly types = 'ALL';
  async handle(): Promise<void> {}
}

describe('EventConsumers', () => {
  let test: TestDatabase;
  let owner: pg.Client;
  let systemLog: SystemLog;
  let offsets: ConsumerOffsets;
  let registry: ConsumerRegistry;
  let log: EventLog;
  const running: EventConsumers[] = [];
  const lines: string[] = [];
  const counts: Record<string, number> = {};

  beforeEach(async () => {
    test = await createTestDatabase(platformModel);
    owner = new pg.Client(test.url);
    await owner.connect();
    await owner.query(`
      CREATE TABLE seen (id bigserial, consumer text, stream_id text, sequence bigint);
      GRANT ALL ON seen TO sextant_writer; GRANT USAGE ON SEQUENCE seen_id_seq TO sextant_writer`);
    systemLog = new SystemLog(test.database);
    offsets = new ConsumerOffsets(test.database, systemLog, new SystemClock());
    registry = new ConsumerRegistry();
    log = new EventLog(test.database, registry, offsets);
    lines.length = 0;
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((consumers) => consumers.stop()));
    await owner.end();
    await test.close();
  });

  async function start(...consumers: EventConsumer[]): Promise<EventConsumers> {
    for (const consumer of consumers) registry.register(consumer);
    const logger = {
      warn: (line: string) => void lines.push(line),
      error: (line: string) => void lines.push(line),
    };
    const metrics = { increment: (name: string) => void (counts[name] = (counts[name] ?? 0) + 1) };
    const started = new EventConsumers(
      test.database,
      registry,
      offsets,
      new SystemTimers(),
      logger,
      metrics,
      OPTIONS,
    );
    await started.start();
    running.push(started);
    return started;
  }

  function append(
    stream: string,
    ...payloads: ({ poison?: boolean } & Record<string, number | boolean>)[]
  ): Promise<void> {
    return systemLog.appendTo(
      stream,
      payloads.map((payload, index) => ({
        type: `Type${index % 2}`,
        payload,
        occurredAt: 1_700_000_000_000 + index,
      })),
    );
  }

  async function seen(consumer: string): Promise<string[]> {
    const sql =
      'SELECT stream_id, sequence FROM seen WHERE consumer = $1 AND stream_id <> $2 ORDER BY stream_id, id';
    const { rows } = await owner.query<{ stream_id: string; sequence: string }>(sql, [consumer, 'system']);
    return rows.map(({ stream_id, sequence }) => `${stream_id}${sequence}`);
  }

  it('handles every event once, in order, from before its start and after it', async () => {
    await append('a', {}, {}, {}, {}, {});
    await append('b', {});
    await start(new Recorder('r'));
    await until(async () => (await seen('r')).length === 6);
    await append('b', {}, {});
    await append('a', {});
    await until(async () => (await seen('r')).length === 9);
    expect(await seen('r')).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1', 'b2', 'b3']);
  });

  it('hands over only the types a consumer wants, and passes the others', async () => {
    await append('a', {}, {}, {}, {}, {});
    const consumers = await start(new Recorder('r', ['Type1']));
    await consumers.drained();
    expect(await seen('r')).toEqual(['a2', 'a4']);
    expect(await offsets.behind('r')).toEqual([]);
  });

  it('parks the stream of an event it cannot handle, keeps what stands before it, and goes on elsewhere', async () => {
    await append('a', {}, {}, { poison: true }, {});
    await append('b', {}, {});
    const recorder = new Recorder('r');
    const consumers = await start(recorder);
    await until(async () => (await offsets.parked()).length === 1);
    await append('b', {});
    await until(async () => (await seen('r')).length === 5);
    expect(await seen('r')).toEqual(['a1', 'a2', 'b1', 'b2', 'b3']);
    expect(await offsets.parked()).toEqual([
      { consumer: 'r', streamId: 'a', sequence: 3, error: 'Error: cannot digest this' },
    ]);
    await until(async () => (await offsets.behind('r')).length === 0);
    expect(await offsets.progress()).toEqual([
      { consumer: 'r', streams: 3, handled: 6, lag: 2, retrying: 0, parked: 1 },
    ]);
    const [parked] = await log.read('system', 0, 10);
    expect(parked).toMatchObject({
      type: 'ConsumerStreamParked',
      payload: { consumer: 'r', streamId: 'a', sequence: 3, attempts: 3 },
    });
    expect(lines.filter((line) => line === 'Event stream parked')).toHaveLength(1);
    expect(await consumers.health()).toMatchObject({ status: 'DEGRADED' });

    recorder.poisonous = false;
    await offsets.resume('r', 'a', 'usr_1');
    await until(async () => (await seen('r')).filter((at) => at.startsWith('a')).length === 4);
    expect((await seen('r')).filter((at) => at.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4']);
    await expect(offsets.resume('r', 'a', 'usr_1')).rejects.toMatchObject({
      code: 'CONSUMER_STREAM_NOT_PARKED',
    });
  });

  it("steps over an event on an operator's word, which the system stream keeps", async () => {
    await append('a', { poison: true }, {});
    await start(new Recorder('r', ['Type0', 'Type1']));
    await until(async () => (await offsets.parked()).length === 1);
    await offsets.stepOver('r', 'a', 'usr_1');
    await until(async () => (await seen('r')).includes('a2'));
    expect((await seen('r')).filter((at) => at.startsWith('a'))).toEqual(['a2']);
    const told = await log.read('system', 1, 10);
    expect(told).toMatchObject([
      { type: 'ConsumerEventSteppedOver', actor: 'usr_1', payload: { sequence: 1 } },
    ]);
  });

  it('does not count a lost connection against the events, and has no effect twice', async () => {
    await append('a', {}, {});
    const recorder = new Recorder('r');
    recorder.cutOnce = true;
    await start(recorder);
    await until(async () => (await seen('r')).length === 2);
    expect(await seen('r')).toEqual(['a1', 'a2']);
    expect(await offsets.parked()).toEqual([]);
  });

  it('shares the streams with another process, each event still once', async () => {
    const streams = Array.from({ length: 12 }, (_, n) => String.fromCharCode(97 + n));
    await start(new Recorder('r'));
    const second = new ConsumerRegistry();
    second.register(new Recorder('r'));
    const quiet = { warn: () => undefined, error: () => undefined };
    const other = new EventConsumers(
      test.database,
      second,
      offsets,
      new SystemTimers(),
      quiet,
      { increment: () => undefined },
      OPTIONS,
    );
    await other.start();
    running.push(other);
    await Promise.all(
      streams.map(async (stream) => {
        for (let n = 0; n < 10; n += 1) await append(stream, {}, {});
      }),
    );
    await until(async () => (await seen('r')).length >= 240);
    const expected = streams.flatMap((stream) => Array.from({ length: 20 }, (_, n) => `${stream}${n + 1}`));
    expect(await seen('r')).toEqual(expected);
  });

  it('stops before an event that is missing in the log', async () => {
    await append('a', {}, {}, {}, {});
    await owner.query(`DELETE FROM event_log WHERE stream_id = 'a' AND stream_seq = 3`);
    await start(new Recorder('r'));
    await until(async () => (await offsets.parked()).length === 1);
    expect(await seen('r')).toEqual(['a1', 'a2']);
  });

  it('replays everything from zero, once', async () => {
    await append('a', {}, {}, {}, {}, {});
    await append('b', {}, {});
    const consumers = await start(new Recorder('r'), new Unreplayable());
    await consumers.drained();
    const before = await seen('r');
    await log.replay('r', 'usr_1');
    await until(async () => (await seen('r')).length === 7 && (await offsets.behind('r')).length === 0);
    expect(await seen('r')).toEqual(before);
    const [told] = await log.read('system', 0, 10);
    expect(told).toMatchObject({ type: 'ConsumerReplayed', payload: { consumer: 'r' }, actor: 'usr_1' });
    await expect(log.replay('unreplayable', 'usr_1')).rejects.toMatchObject({
      code: 'CONSUMER_NOT_REPLAYABLE',
    });
    await expect(log.replay('nobody', 'usr_1')).rejects.toMatchObject({ code: 'CONSUMER_UNKNOWN' });
  });

  describe('the hash chain of a stream', () => {
    const verified = { intact: true, checked: 5, firstBad: null };

    beforeEach(() => append('a', { n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }));

    it('is intact when nobody touched it, and can be checked from where the last check ended', async () => {
      expect(await log.verify('a')).toEqual(verified);
      await append('a', { n: 6 });
      expect(await log.verify('a', 5)).toEqual({ intact: true, checked: 1, firstBad: null });
      expect(await log.head('a')).toBe(6);
    });

    it.each([
      ['a payload is altered', `UPDATE event_log SET payload = '{"n":9}' WHERE stream_seq = 3`, 3],
      ['a time is altered', `UPDATE event_log SET occurred_at = now() WHERE stream_seq = 2`, 2],
      ['an event is removed', 'DELETE FROM event_log WHERE stream_seq = 4', 4],
      ['the tail is cut', 'DELETE FROM event_log WHERE stream_seq > 3', 4],
      [
        'the tail is cut and the head set back',
        `DELETE FROM event_log WHERE stream_seq > 3; UPDATE log_stream SET seq = 3`,
        3,
      ],
      [
        'an event is added that the head does not know',
        `INSERT INTO event_log (stream_id, stream_seq, type, payload, occurred_at, hash)
         SELECT stream_id, 6, type, payload, occurred_at, hash FROM event_log WHERE stream_seq = 5`,
        6,
      ],
      ['the head is removed', 'DELETE FROM log_stream', 1],
      [
        'two events change places',
        `UPDATE event_log SET stream_seq = stream_seq + 10 WHERE stream_seq = 2;
        UPDATE event_log SET stream_seq = 2 WHERE stream_seq = 3; UPDATE event_log SET stream_seq = 3 WHERE stream_seq = 12`,
        2,
      ],
    ])('names the first bad event when %s', async (_, sql, firstBad) => {
      await owner.query(sql);
      expect(await log.verify('a')).toMatchObject({ intact: false, firstBad });
    });
  });

  it('lists every stream, also one whose row or whose events are gone', async () => {
    for (const stream of ['c', 'a', 'b']) await append(stream, {}, {});
    await owner.query(
      `DELETE FROM log_stream WHERE stream_id = 'b'; DELETE FROM event_log WHERE stream_id = 'c'`,
    );
    expect(await log.streams()).toEqual(['a', 'b', 'c']);
  });

  it('appends to a stream in the transaction of the caller, or not at all', async () => {
    const fails = test.database.transaction(async (client) => {
      await systemLog.append([{ type: 'Tried', payload: {}, occurredAt: 1 }], client);
      throw new Error('no');
    });
    await expect(fails).rejects.toThrow('no');
    expect(await log.head('system')).toBe(0);
    await Promise.all(
      Array.from({ length: 20 }, () => systemLog.append([{ type: 'Done', payload: {}, occurredAt: 1 }])),
    );
    expect(await log.verify('system')).toEqual({ intact: true, checked: 20, firstBad: null });
  });
});

async function until(condition: () => Promise<boolean>, ms = 8_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
