import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Config } from '../config/index.js';
import { Logger, Metrics } from '../telemetry/index.js';
import { SystemClock, SystemTimers } from '../time/index.js';
import { Redis } from './redis.js';

const INFO = 'redis_version:7.0.15\r\nloading:0\r\ncluster_enabled:1\r\n';

it('does not work with a node of a cluster, and says so', async () => {
  const node = createServer((socket) => {
    socket.on('data', (chunk) => {
      for (const _ of chunk.toString().matchAll(/\r\ninfo\r\n/gi))
        socket.write(`$${INFO.length}\r\n${INFO}\r\n`);
      for (const _ of chunk.toString().matchAll(/\r\nclient\r\n/gi)) socket.write('+OK\r\n');
    });
  });
  node.listen(0, '127.0.0.1');
  await once(node, 'listening');
  const redis = new Redis({
    config: Config.fromValues({ 'redis.url': `redis://127.0.0.1:${(node.address() as AddressInfo).port}` }),
    clock: new SystemClock(),
    timers: new SystemTimers(),
    metrics: new Metrics(),
    logger: Logger.silent(),
    connectionName: 'sextant-test',
  });
  try {
    await redis.start();
    const detail = 'not used: it is a node of a Redis Cluster, which is not supported';
    expect(await redis.health()).toEqual({ status: 'DEGRADED', detail });
    expect(await redis.attempt((client) => client.incr('count'))).toBeUndefined();
  } finally {
    await redis.stop();
    node.close();
  }
});
