import type { Clock } from '@sextant/kernel';
import type { Cancel, Timers } from '@sextant/platform';
import type { CcxtClient } from './ccxt-client.js';
import type { CcxtConnection, CcxtSocket } from './ccxt-exchange.js';

export interface StreamParts {
  client: Pick<CcxtClient, 'sockets'>;
  clock: Clock;
  timers: Timers;
}

export interface StreamTerms {
  /** A `watch…` method of ccxt and its arguments. */
  method: string;
  args: readonly unknown[];
  /**
   * Whether values come all the time (a market's data): their silence past the deadline kills the socket. Where silence
   * is normal (own orders) only a socket on which nothing moves at all, answers to our pings included, is dead.
   */
  steady: boolean;
  onValue(value: unknown): void;
  /** The socket is open and subscribed; for steady streams, once values flow. */
  onUp(): void;
  onDown(detail: string): void;
}

/** A socket may be silent for so long. Found within a tick, so a stall ends within 45 s. */
export const SILENCE_MS = 30_000;
const TICK_MS = 5_000;
const PING_MS = 10_000;
const OPEN = 1;
const PAUSES_MS = [250, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/**
 * Keeps one subscription of ccxt alive. ccxt dials again only when asked, answers no question about liveness for
 * minutes, and may leave an await open for ever after a broken connection: so every wait here races a watchdog, and a
 * socket that is silent past its deadline is torn down, not resubscribed.
 */
export class CcxtStream {
  private readonly stopTick: { cancel: Cancel };
  private socket: CcxtSocket | null = null;
  private heard: CcxtConnection | null = null;
  private heardAt: number;
  private valueAt: number;
  private pingedAt = 0;
  private up = false;
  private stopped = false;
  private failures = 0;
  private giveUp: (error: Error) => void = () => undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly parts: StreamParts,
    private readonly terms: StreamTerms,
  ) {
    this.heardAt = this.valueAt = parts.clock.monotonicMs();
    this.stopTick = { cancel: () => undefined };
    this.tickLater();
    void this.run();
  }

  get isUp(): boolean {
    return this.up;
  }

  stop(): void {
    this.stopped = true;
    this.stopTick.cancel();
    this.wake();
    this.giveUp(new Error('stopped'));
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        const value = await this.next();
        if (this.stopped) return;
        this.valueAt = this.heardAt = this.parts.clock.monotonicMs();
        this.failures = 0;
        this.raise();
        this.terms.onValue(value);
      } catch (error) {
        if (this.stopped) return;
        this.fall(error);
        await this.pause();
      }
    }
  }

  private next(): Promise<unknown> {
    const { method, args } = this.terms;
    return new Promise((resolve, reject) => {
      this.giveUp = reject;
      this.parts.client.sockets
        .watch(method, args, (socket) => {
          this.socket = socket;
        })
        .then(resolve, reject);
    });
  }

  private raise(): void {
    if (this.up) return;
    this.up = true;
    this.terms.onUp();
  }

  private fall(error: unknown): void {
    this.failures += 1;
    this.socket = null;
    // Told once for each time: also when it never comes up at all.
    if (!this.up && this.failures > 1) return;
    this.up = false;
    this.terms.onDown(error instanceof Error ? `${error.name}: ${error.message.slice(0, 120)}` : 'failed');
  }

  private pause(): Promise<void> {
    // A connection that had worked is made anew at once, with the first pauses of ccxt's own ladder after it.
    const delayMs = PAUSES_MS[Math.min(this.failures, PAUSES_MS.length) - 1] ?? PAUSES_MS[0];
    return new Promise((resolve) => {
      const cancel = this.parts.timers.setTimer(delayMs, () => {
        const now = this.parts.clock.monotonicMs();
        this.valueAt = this.heardAt = now;
        resolve();
      });
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }

  private tickLater(): void {
    this.stopTick.cancel = this.parts.timers.setTimer(TICK_MS, () => {
      if (this.stopped) return;
      this.tick();
      this.tickLater();
    });
  }

  private tick(): void {
    const now = this.parts.clock.monotonicMs();
    this.listen();
    const connection = this.socket?.connection;
    if (connection?.readyState === OPEN) {
      if (!this.terms.steady) this.raise();
      if (now - this.pingedAt >= PING_MS) {
        this.pingedAt = now;
        connection.ping();
      }
    }
    const silentMs = now - (this.terms.steady ? this.valueAt : this.heardAt);
    if (silentMs >= SILENCE_MS) this.kill(`silent for ${Math.round(silentMs / 1_000)} s`);
  }

  /** Everything that arrives on the socket counts as life, whoever subscribed to it. */
  private listen(): void {
    const connection = this.socket?.connection;
    if (connection === undefined || connection === this.heard) return;
    this.heard = connection;
    this.heardAt = this.parts.clock.monotonicMs();
    const hear = () => {
      if (this.heard === connection) this.heardAt = this.parts.clock.monotonicMs();
    };
    for (const event of ['message', 'ping', 'pong'] as const) connection.on(event, hear);
  }

  private kill(detail: string): void {
    const now = this.parts.clock.monotonicMs();
    this.valueAt = this.heardAt = now;
    if (this.socket !== null) this.parts.client.sockets.tearDown(this.socket, detail);
    this.giveUp(new Error(detail));
  }
}
