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
  private known: ReadonlySet<string> = new Set();

  constructor(
    private readonly store: LeaseStore,
    private readonly presence: ProcessPresence,
    private readonly client: ForwardClient,
    private readonly timers: Timers,
  ) {}

  /** How the others call this process. */
  get address(): string {
    return this.presence.address;
  }

  /** What this process does when it is told. */
  handle(type: string, handler: Handler): void {
    this.handlers.set(type, handler);
  }

  /**
   * Tells every process that owns accounts, this one included, and waits so long for each answer. Those that are known
   * hear it at once, before the database is asked who else there is. Never rejects.
   */
  async tell(type: string, payload: JsonValue, timeoutMs: number): Promise<PeerAnswer[]> {
    const own = this.presence.address;
    const told = new Set([own, ...this.known]);
    const ask = (process: string) => this.ask(process, type, payload, timeoutMs);
    const first = [...told].map(ask);
    const learnt = await Promise.race([
      this.learn().then(
        () => true,
        () => false,
      ),
      this.timers.sleep(ASK_MS).then(() => false),
    ]);
    const more = [...this.known].filter((process) => !told.has(process)).map(ask);
    const answers = await Promise.all([...first, ...more]);
    // One that was buried meanwhile owns nothing any more.
    const counts = (process: string) => !learnt || process === own || this.known.has(process);
    return answers.filter(({ process, answer }) => answer !== null || counts(process));
  }

  /** The command of another process. @throws Error when this process knows no such command */
  async executeHere(type: string, payload: JsonValue): Promise<JsonValue> {
    const handler = this.handlers.get(type);
    if (handler === undefined) throw new Error(`a process knows no command ${type}`);
    return handler(payload);
  }

  /** Learns who lives, so that it is known when the database goes away. */
  async learn(): Promise<void> {
    this.known = new Set(await this.store.owners());
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
    const late = this.timers.sleep(timeoutMs).then(() => null);
    return { process, answer: await Promise.race([asked.catch(() => null), late]) };
  }
}
