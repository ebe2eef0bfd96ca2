import type { JsonValue } from '@sextant/contracts';
import type { Timers } from '../time/index.js';
import type { ForwardClient } from './forward-client.js';
import type { LeaseStore } from './lease-store.js';
import type { ProcessPresence } from './process-presence.js';

/** What a process said to what all were told. */
export interface PeerAnswer {
  /** `host:port/run` of the process. */
  process: string;
  /** Null: it did not answer in time. */
  answer: JsonValue | null;
}

type Handler = (payload: JsonValue) => Promise<JsonValue>;

/** How long the database is asked who lives before the last known processes have to do. */
const ASK_MS = 250;

/** The processes that own accounts, for what all of them must hear at once. */
export class ProcessPeers {
  private readonly handlers = new Map<string, Handler>();
  /** As of the last time that the database said so. */
  private known: readonly string[] = [];

  constructor(
    private readonly store: LeaseStore,
    private readonly presence: ProcessPresence,
    private readonly client: ForwardClient,
    private readonly timers: Timers,
  ) {}

  /** What this process does when it is told. */
  handle(type: string, handler: Handler): void {
    this.handlers.set(type, handler);
  }

  /**
   * Tells every process that owns accounts, this one included, and waits so long for their answers. Never rejects; with the
   * database away it tells those that lived when it was last there.
   */
  async tell(type: string, payload: JsonValue, timeoutMs: number): Promise<PeerAnswer[]> {
    const processes = await this.living();
    return Promise.all(processes.map((process) => this.ask(process, type, payload, timeoutMs)));
  }

  /** The command of another process. @throws Error when this process knows no such command */
  async executeHere(type: string, payload: JsonValue): Promise<JsonValue> {
    const handler = this.handlers.get(type);
    if (handler === undefined) throw new Error(`a process knows no command ${type}`);
    return handler(payload);
  }

  /** Learns who lives, so that it is known when the database goes away. */
  async learn(): Promise<void> {
    this.known = await this.store.owners();
  }

  private async living(): Promise<string[]> {
    const late = this.timers.sleep(ASK_MS);
    await Promise.race([this.learn().catch(() => undefined), late]);
    return [...new Set([this.presence.address, ...this.known])];
  }

  private async ask(
    process: string,
    type: string,
    payload: JsonValue,
    timeoutMs: number,
  ): Promise<PeerAnswer> {
    const asked =
      process === this.presence.address
        ? this.executeHere(type, payload)
        : this.client.tell(process, type, payload, timeoutMs);
    const answer = await Promise.race([
      asked.catch(() => null),
      this.timers.sleep(timeoutMs).then(() => null),
    ]);
    return { process, answer };
  }
}
