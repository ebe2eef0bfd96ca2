import type { Redis as RedisClient } from 'ioredis';
import type { Clock } from '@sextant/kernel';
import type { Config } from '../config/index.js';
import { Component } from '../lifecycle/component.js';
import type { ComponentHealth } from '../lifecycle/component.js';
import type { Logger, Metrics } from '../telemetry/index.js';
import type { Timers } from '../time/index.js';
import { CommandLate, withinBudget } from './command-budget.js';
import { describeRedisError } from './describe-redis-error.js';
import { redisClientOptions } from './redis-client-options.js';
import { readRedisUrl } from './redis-url.js';

/** How long a start waits for a Redis that is there. */
const START_PATIENCE_MS = 1_000;
/** After a command that failed or was late, how long until one is tried again. */
const PAUSE_MS = 500;
const PROBE_LIFE_MS = 60_000;

interface RedisParts {
  config: Config;
  clock: Clock;
  timers: Timers;
  metrics: Metrics;
  logger: Logger;
  /** Name of the connection in `CLIENT LIST`. */
  connectionName: string;
}

/**
 * The one connection to Redis. Nothing waits for it: a command has a budget of some milliseconds, and while Redis is
 * down, slow or refusing, the caller goes on without it at once.
 */
export class Redis extends Component {
  readonly name = 'redis';
  private client: RedisClient | null = null;
  private trouble: string | null = null;
  private retryAtMs = 0;
  private password: string | undefined;

  constructor(private readonly parts: RedisParts) {
    super();
  }

  /** Connects when it can; a Redis that is not there delays nothing and is connected to when it comes. */
  async start(): Promise<void> {
    const { config, timers, connectionName } = this.parts;
    const server = readRedisUrl(config.get('redis.url') ?? '');
    if (server === null) return;
    this.password = server.password;
    const { Redis: Client } = await import('ioredis');
    const client = new Client(redisClientOptions(server, config.get('redis.keyPrefix'), connectionName));
    this.client = client;
    client.on('error', (error: Error) => this.lost(error));
    client.on('close', () => {
      if (this.trouble === null) this.lost(new Error('the connection was closed'));
    });
    const connected = new Promise<void>((resolve) => {
      client.on('ready', () => void this.greet(client).then(resolve));
      client.connect().catch(() => resolve());
    });
    await Promise.race([connected, timers.sleep(START_PATIENCE_MS)]);
  }

  async stop(): Promise<void> {
    const { client } = this;
    this.client = null;
    client?.disconnect();
  }

  /** Asks Redis to write, so that a replica, a full memory or a missing right is seen too. */
  override async health(): Promise<ComponentHealth> {
    const { client } = this;
    if (client?.status === 'ready') await this.probe(client);
    // A primary that became a replica: by now its name may lead to the new primary.
    if (this.trouble?.startsWith('READONLY') === true) client?.disconnect(true);
    if (this.trouble !== null) return { status: 'DEGRADED', detail: `not used: ${this.trouble}` };
    return client?.status === 'ready' ? { status: 'UP' } : { status: 'DEGRADED', detail: 'connecting' };
  }

  /**
   * The reply to `command`, or undefined when Redis is not to be had within `redis.budgetMs`. A command that was late
   * may still be carried out. Keys are prefixed with `redis.keyPrefix`.
   */
  async attempt<T>(command: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    const { client } = this;
    const nowMs = this.parts.clock.monotonicMs();
    if (client?.status !== 'ready' || nowMs < this.retryAtMs) {
      this.parts.metrics.increment('redis_commands_total', { outcome: 'skipped' });
      return undefined;
    }
    if (this.trouble !== null) this.retryAtMs = nowMs + PAUSE_MS; // one tries, the others go on
    return this.run(client, command);
  }

  private async run<T>(
    client: RedisClient,
    command: (client: RedisClient) => Promise<T>,
  ): Promise<T | undefined> {
    const { config, timers, metrics, clock } = this.parts;
    try {
      const reply = await withinBudget(timers, config.get('redis.budgetMs'), () => command(client));
      metrics.increment('redis_commands_total', { outcome: 'ok' });
      this.back();
      return reply;
    } catch (error) {
      const outcome = error instanceof CommandLate ? 'late' : 'failed';
      metrics.increment('redis_commands_total', { outcome });
      this.retryAtMs = clock.monotonicMs() + PAUSE_MS;
      this.lost(error);
      return undefined;
    }
  }

  private async greet(client: RedisClient): Promise<void> {
    const info = await client.info('cluster').catch(() => '');
    if (!info.includes('cluster_enabled:1')) return this.probe(client);
    this.lost(new Error('it is a node of a Redis Cluster, which is not supported'));
    this.client = null;
    client.disconnect();
  }

  private async probe(client: RedisClient): Promise<void> {
    await this.run(client, () => client.set('probe', '1', 'PX', PROBE_LIFE_MS));
  }

  private lost(error: unknown): void {
    if (this.client === null) return; // told to stop
    const detail = describeRedisError(error, this.password);
    if (this.trouble === null) this.parts.logger.warn('Redis is not used', { detail });
    this.trouble = detail;
  }

  private back(): void {
    if (this.trouble !== null) this.parts.logger.info('Redis is used again');
    this.trouble = null;
    this.retryAtMs = 0;
  }
}
