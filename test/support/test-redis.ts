import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import type { BreakableRedis } from './breakable-redis.js';
import { OwnRedis } from './own-redis.js';
import { RedisFront } from './redis-front.js';
import { redisServer } from '../../tools/redis-server.mjs';

/**
 * A real Redis for a test: a server of its own where `redis-server` is on the PATH, else the one of REDIS_URL behind a
 * front that can cut and hold connections, with keys of its own.
 */
export class TestRedis {
  /** Begins the keys of this test. */
  readonly keyPrefix = `test-${randomUUID()}:`;

  private constructor(
    private readonly server: BreakableRedis,
    private readonly directUrl: () => string,
    private readonly isOthers = false,
  ) {}

  static async start(): Promise<TestRedis> {
    const found = redisServer({ PATH: process.env['PATH'] });
    if (found !== null) {
      const own = await OwnRedis.start(found);
      return new TestRedis(own, () => own.url);
    }
    const url = redisServer();
    if (url === null) throw new Error('There is no redis-server on the PATH and no REDIS_URL.');
    return new TestRedis(await RedisFront.start(url), () => url, true);
  }

  get url(): string {
    return this.server.url;
  }

  kill(): Promise<void> {
    return this.server.kill();
  }

  restart(): Promise<void> {
    return this.server.restart();
  }

  pause(ms: number): Promise<void> {
    return this.server.pause(ms);
  }

  /** The keys of this test, with their values and milliseconds to live. */
  async entries(): Promise<{ key: string; value: string | null; lifeMs: number }[]> {
    return this.directly(async (client) => {
      const keys = await client.keys(`${this.keyPrefix}*`);
      return Promise.all(
        keys.map(async (key) => ({ key, value: await client.get(key), lifeMs: await client.pttl(key) })),
      );
    });
  }

  /** All keys of this test are gone. */
  async flush(): Promise<void> {
    const entries = await this.entries();
    await this.directly(async (client) => {
      for (const { key } of entries) await client.del(key);
    });
  }

  /** Runs `work` on a connection of its own, past the front. */
  async directly<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(this.directUrl(), {
      lazyConnect: true,
      retryStrategy: () => null,
      connectTimeout: 5_000,
      protocol: 2,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  async close(): Promise<void> {
    if (this.isOthers) await this.flush();
    await this.server.close();
  }
}
