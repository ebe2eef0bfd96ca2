import pg from 'pg';

export type DatabaseRole = 'sextant_writer' | 'sextant_reader';

/** Milliseconds a server may stay silent beyond its own statement time-out before its connection is given up. */
const SILENCE_GRACE_MS = 2_000;

export interface ConnectionLimits {
  /** A statement that runs, or waits for a lock, longer than this is cancelled by the server; 0 never. */
  statementTimeoutMs: number;
  /** How long a caller waits for a free or new connection. */
  acquireTimeoutMs: number;
}

/** Server settings of each connection of a pool. */
export type SessionSettings = Readonly<Record<string, string>>;

/** What pg needs to connect as `role`; null stays the user of the address, which owns the tables. */
export function connectionConfig(
  url: string,
  role: DatabaseRole | null,
  limits: ConnectionLimits,
  applicationName: string,
  settings: SessionSettings = {},
): pg.PoolConfig {
  return {
    connectionString: role === null ? url : withSettings(url, { role, ...settings }),
    application_name: applicationName,
    connectionTimeoutMillis: limits.acquireTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    // A transaction that its process forgot must not hold locks for ever.
    idle_in_transaction_session_timeout: 3 * limits.statementTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    idleTimeoutMillis: 60_000,
  };
}

/** A pool whose connections end when the server falls silent, and never take the process with them. */
export function guardedPool(config: pg.PoolConfig, onError: (error: Error) => void): pg.Pool {
  return new pg.Pool({ ...config, Client: guardedClient(config) }).on('error', onError);
}

/**
 * A client for pools: the server's statement time-out does not help when the server is frozen or the network drops
 * every packet. So a connection with an unanswered query and no byte for a while is closed, which fails the query.
 */
export function guardedClient(config: pg.PoolConfig): new () => pg.ClientBase {
  const silenceMs = Number(config.statement_timeout || 0) + SILENCE_GRACE_MS;
  return class GuardedClient extends pg.Client {
    constructor(options?: pg.ClientConfig) {
      super(options);
      // A client in use has no listener of the pool's; its query fails anyway and tells the caller.
      this.on('error', () => undefined);
      if (config.statement_timeout) this.once('connect', () => closeWhenSilent(this, silenceMs));
    }
  };
}

/** pg lets the parameters of an address win over its options, so role and settings go into the address. */
function withSettings(url: string, settings: SessionSettings): string {
  const address = new URL(url);
  const own = address.searchParams.get('options');
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  address.searchParams.set('options', [...(own === null ? [] : [own]), ...flags].join(' '));
  return address.href;
}

function closeWhenSilent(client: pg.Client, silenceMs: number): void {
  const { connection, _activeQuery } = client as unknown as {
    connection?: { stream?: import('node:net').Socket };
    _activeQuery: unknown;
  };
  const socket = connection?.stream;
  if (socket === undefined || _activeQuery === undefined) return;
  socket.setTimeout(silenceMs, () => {
    if ((client as unknown as { _activeQuery: unknown })._activeQuery === null) return;
    socket.destroy(Object.assign(new Error('The database stopped answering'), { code: 'ETIMEDOUT' }));
  });
}
