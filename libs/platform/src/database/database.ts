import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { TenantId } from '@sextant/kernel';
import pg from 'pg';
import type { Pool, PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { ComponentHealth } from '../lifecycle/component.js';
import { Component } from '../lifecycle/component.js';
import type { Connections } from './database-connections.js';
import { closeConnections, openConnections, poolOf } from './database-connections.js';
import {
  asDatabaseFailure,
  asStartFailure,
  isConnectionLoss,
  isRetryable,
  outcomeUnknown,
} from './database-failure.js';
import type { DatabaseOptions } from './database-options.js';
import { databaseDefaults } from './database-options.js';
import { migrate } from './migration-runner.js';

/** Runs of a transaction after the first one that a deadlock or serialization failure may cost. */
const RETRIES = 5;
const FIRST_PAUSE_MS = 5;

/** Work on a new connection before it is used. It may run on several at once. */
export type ConnectionGuard = (client: PoolClient) => Promise<void>;

/**
 * The database as one process sees it: TypeORM and plain SQL as `sextant_writer`, isolated reads as
 * `sextant_reader`. Outages come out as DomainErrors (`DATABASE_…`), violations of constraints as they are.
 */
@Injectable()
export class Database extends Component {
  readonly name = 'database';
  override readonly dependsOn: readonly string[];
  readonly #options: Required<DatabaseOptions>;
  readonly #guards: ConnectionGuard[] = [];
  readonly #guarded = new WeakSet<PoolClient>();
  readonly #patience = new AbortController();
  #connections: Connections | null = null;

  constructor(options: DatabaseOptions) {
    super();
    this.#options = { ...databaseDefaults, ...options };
    this.dependsOn = this.#options.dependsOn;
  }

  /** TypeORM as the writer. @throws Error before `start`. */
  get dataSource(): DataSource {
    return this.#connected.writer;
  }

  /** A small pool of its own, so that commits never wait behind queries. @throws Error before `start`. */
  get commitPool(): Pool {
    return this.#connected.commit;
  }

  /** Waits for the server, brings the tables up to date, connects. */
  override async start(): Promise<void> {
    const { url, model, startTimeoutMs, log } = this.#options;
    const address = typeof url === 'string' ? url : url();
    const ran = await this.#whenReachable(startTimeoutMs, () => migrate(address, model));
    if (ran.length > 0) log.info('Database migrated', { migrations: ran });
    this.#connections = await openConnections(address, this.#options);
  }

  /** Waits no longer for a server that does not answer. */
  override interrupt(): void {
    this.#patience.abort();
  }

  override async stop(): Promise<void> {
    const connections = this.#connections;
    this.#connections = null;
    if (connections === null) return;
    await closeConnections(connections);
  }

  override async health(): Promise<ComponentHealth> {
    if (this.#connections === null) return { status: 'DOWN', detail: 'Not connected.' };
    const { writer, reader, commit, listener } = this.#connections;
    const pools = {
      writer: poolFacts(poolOf(writer)),
      reader: poolFacts(poolOf(reader)),
      commit: poolFacts(commit),
    };
    const facts = { ...pools, listening: listener.connected };
    try {
      await this.query('SELECT 1');
    } catch (error) {
      return { status: 'DOWN', detail: (error as Error).message, facts };
    }
    return listener.connected
      ? { status: 'UP', facts }
      : { status: 'DEGRADED', detail: 'Notifications are being reconnected.', facts };
  }

  /**
   * Runs `run` in a transaction as the writer. It runs again after a deadlock or serialization failure, so it must
   * have no effect outside the database. After a lost connection nothing is repeated: the caller decides.
   *
   * @throws DomainError DATABASE_OUTCOME_UNKNOWN when the connection was lost in the commit itself.
   */
  async transaction<T>(run: (client: PoolClient) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(run);
      } catch (error) {
        if (!isRetryable(error) || attempt === RETRIES) throw asDatabaseFailure(error);
        await delay(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()));
      }
    }
  }

  /** One statement as the writer; one with a name is planned once a connection. */
  async query<R>(sql: string | { name: string; text: string }, params: unknown[] = []): Promise<R[]> {
    try {
      const { rows } = await this.#writerPool.query(sql, params);
      return rows as R[];
    } catch (error) {
      throw asDatabaseFailure(error);
    }
  }

  /**
   * Registers what has to be done on each new connection of commits and appends before its first statement. A
   * connection does not outlive a crash of the server, so whoever repairs here what the crash took from an append does
   * so before anything else is stored.
   */
  onNewWriter(guard: ConnectionGuard): void {
    this.#guards.push(guard);
  }

  /** Runs the guards on a connection of the commit pool, once. */
  async guard(client: PoolClient): Promise<void> {
    if (this.#guarded.has(client)) return;
    for (const guard of this.#guards) await guard(client);
    this.#guarded.add(client);
  }

  /**
   * One prepared statement as the writer, answered when it is in the server's log but not when that is on disk: a crash
   * of the server may undo it, together with everything that was committed after it. No other write is like this.
   */
  async append<R>(statement: { name: string; text: string }, params: unknown[]): Promise<R[]> {
    try {
      const client = await this.#connected.journal.connect();
      try {
        await this.guard(client);
        const { rows } = await client.query(statement, params);
        client.release();
        return rows as R[];
      } catch (error) {
        client.release(true);
        throw error;
      }
    } catch (error) {
      throw asDatabaseFailure(error);
    }
  }

  /** Reads of one tenant: one consistent view, as the reader, under row-level security. Not to be nested. */
  async read<T>(tenantId: TenantId, run: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.#connected.reader.createQueryRunner();
    try {
      await runner.query(
        'START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; ' +
          `SET LOCAL sextant.tenant = ${pg.escapeLiteral(tenantId)}`,
      );
      try {
        return await run(runner.manager);
      } finally {
        await runner.query('COMMIT').catch(() => undefined);
      }
    } catch (error) {
      throw asDatabaseFailure(error);
    } finally {
      await runner.release();
    }
  }

  /** Listens on a channel; '' means that notifications may have been missed. Resolves to what ends it. */
  async listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>> {
    try {
      return await this.#connected.listener.listen(channel, onPayload);
    } catch (error) {
      throw asDatabaseFailure(error);
    }
  }

  async #attempt<T>(run: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#writerPool.connect();
    let usable = false;
    try {
      await client.query('BEGIN');
      const result = await run(client);
      await commit(client);
      usable = true;
      return result;
    } catch (error) {
      usable = await rollBack(client);
      throw error;
    } finally {
      client.release(!usable);
    }
  }

  get #connected(): Connections {
    if (this.#connections === null) throw new Error('The database is not started.');
    return this.#connections;
  }

  get #writerPool(): Pool {
    return poolOf(this.#connected.writer);
  }

  async #whenReachable<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    const { signal } = this.#patience;
    for (let told = false; ; told = true) {
      try {
        return await work();
      } catch (error) {
        if (!isConnectionLoss(error) || performance.now() > deadline) throw asStartFailure(error);
        if (!told) this.#options.log.warn('Waiting for the database', { error: (error as Error).message });
        await delay(250, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) throw asDatabaseFailure(error);
      }
    }
  }
}

function poolFacts(pool: Pool): { open: number; idle: number; waiting: number } {
  return { open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
}

async function commit(client: PoolClient): Promise<void> {
  let command: string;
  try {
    ({ command } = await client.query('COMMIT'));
  } catch (error) {
    throw isConnectionLoss(error) ? outcomeUnknown(error) : error;
  }
  // PostgreSQL answers COMMIT of a failed transaction with a quiet ROLLBACK.
  if (command !== 'COMMIT')
    throw new Error('The transaction had failed before its commit; an error was swallowed.');
}

/** True when the client can serve others. */
async function rollBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
