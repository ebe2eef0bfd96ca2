import type { RedisOptions } from 'ioredis';
import type { RedisServer } from './redis-url.js';

/** A connection on which nothing was heard for so long after a command is given up and made anew. */
const SILENCE_MS = 2_000;

const LONGEST_PAUSE_MS = 2_000;

/**
 * A client that never keeps a command for later: one that cannot be sent is refused at once, and one that was under
 * way when the connection broke is refused too and never sent again, since INCR sent twice counts twice.
 */
export function redisClientOptions(server: RedisServer, keyPrefix: string, name: string): RedisOptions {
  return {
    host: server.host,
    port: server.port,
    db: server.database,
    ...(server.username === undefined ? {} : { username: server.username }),
    ...(server.password === undefined ? {} : { password: server.password }),
    ...(server.tls ? { tls: {} } : {}),
    keyPrefix,
    connectionName: name,
    disableClientInfo: true,
    protocol: 2, // every server and proxy speaks it
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // Without this, ioredis leaves the commands that it does not send again unsettled for ever.
    maxRetriesPerRequest: 0,
    connectTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: (times) => Math.min(100 * times, LONGEST_PAUSE_MS),
  };
}
