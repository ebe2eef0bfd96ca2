import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { PoolConfig } from 'pg';

type OnPayload = (payload: string) => void;

const HEARTBEAT_MS = 15_000;
const SILENCE_MS = 5_000;
const LONGEST_PAUSE_MS = 2_000;

/**
 * LISTEN on one connection of its own, shared by all channels. After a loss it connects and listens anew and then
 * calls every listener with '': something may have been missed.
 */
export class NotificationListener {
  readonly #config: PoolConfig;
  readonly #channels = new Map<string, Set<OnPayload>>();
  #client: pg.Client | null = null;
  #opening: Promise<void> | null = null;
  #heartbeat: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(config: PoolConfig) {
    this.#config = { ...config, idle_in_transaction_session_timeout: 0, query_timeout: SILENCE_MS };
  }

  get connected(): boolean {
    return this.#channels.size === 0 || this.#client !== null;
  }

  /** Resolves when the server has taken the LISTEN; what it resolves to ends the listening. */
  async listen(channel: string, onPayload: OnPayload): Promise<() => Promise<void>> {
    const listeners = this.#channels.get(channel);
    if (listeners !== undefined) listeners.add(onPayload);
    else this.#channels.set(channel, new Set([onPayload]));
    try {
      await this.#ready();
      await this.#client?.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await this.#forget(channel, onPayload);
      throw error;
    }
    return () => this.#forget(channel, onPayload);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#heartbeat);
    this.#channels.clear();
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  #ready(): Promise<void> {
    if (this.#client !== null) return Promise.resolve();
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #open(): Promise<void> {
    const client = new pg.Client(this.#config);
    client.on('notification', ({ channel, payload }) => {
      for (const onPayload of this.#channels.get(channel) ?? []) onPayload(payload ?? '');
    });
    // Both are needed: a refused connection emits no end, a silently closed one no error.
    client.on('error', () => void this.#lost(client));
    client.on('end', () => void this.#lost(client));
    try {
      await client.connect();
      const channels = [...this.#channels.keys()].map((channel) => `LISTEN ${pg.escapeIdentifier(channel)}`);
      if (channels.length > 0) await client.query(channels.join('; '));
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    if (this.#stopped) return void (await client.end());
    this.#client = client;
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => void this.#beat(client), HEARTBEAT_MS).unref();
  }

  /** Finds out that a connection is dead though nobody closed it. */
  async #beat(client: pg.Client): Promise<void> {
    try {
      await client.query('SELECT 1');
    } catch {
      void client.end().catch(() => undefined);
      await this.#lost(client);
    }
  }

  async #lost(client: pg.Client): Promise<void> {
    if (this.#client !== client) return;
    this.#client = null;
    for (
      let pauseMs = 50;
      !this.#stopped && this.#channels.size > 0;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    ) {
      try {
        await this.#ready();
        break;
      } catch {
        await delay(pauseMs, undefined, { ref: false });
      }
    }
    for (const listeners of this.#channels.values()) for (const onPayload of listeners) onPayload('');
  }

  async #forget(channel: string, onPayload: OnPayload): Promise<void> {
    const listeners = this.#channels.get(channel);
    if (listeners?.delete(onPayload) !== true || listeners.size > 0) return;
    this.#channels.delete(channel);
    await this.#client?.query(`UNLISTEN ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
  }
}
