import type { VenueSocket } from './venue-socket.js';

/** Binance's figures; a venue under test may be given shorter ones. */
export interface ConnectionLimits {
  pingEveryMs: number;
  pongWithinMs: number;
  lifetimeMs: number;
  /** How long before the end `serverShutdown` is said. */
  shutdownNoticeMs: number;
  /** Pings, pongs and requests of a client in any second. */
  messagesPerSecond: number;
  streamsPerConnection: number;
}

export const SPOT_LIMITS: ConnectionLimits = {
  pingEveryMs: 20_000,
  pongWithinMs: 60_000,
  lifetimeMs: 24 * 60 * 60_000,
  shutdownNoticeMs: 10 * 60_000,
  messagesPerSecond: 5,
  streamsPerConnection: 1024,
};

export const FUTURES_LIMITS: ConnectionLimits = {
  ...SPOT_LIMITS,
  pingEveryMs: 3 * 60_000,
  pongWithinMs: 10 * 60_000,
  messagesPerSecond: 10,
};

/** RFC 6455: 1001 going away, 1008 policy violation. */
const GOING_AWAY = 1001;
const POLICY = 1008;

/**
 * What the venue does to every connection whatever it carries: pings, the 24-hour cut, the limit of messages. It counts
 * time that passed, not times of day: a venue whose clock is set forward does not lose its connections over it.
 */
export class ConnectionLife {
  private ageMs = 0;
  private sincePingMs = 0;
  /** Since the oldest ping that has not been answered; null while none is open. */
  private unansweredMs: number | null = null;
  private windowMs = 0;
  private inWindow = 0;
  private hasNoticed = false;

  constructor(
    private readonly socket: VenueSocket,
    private readonly limits: ConnectionLimits,
    private readonly noticeShutdown: () => void,
  ) {
    socket.onPong(() => {
      this.unansweredMs = null;
      this.countMessage();
    });
    socket.onPing(() => this.countMessage());
  }

  /** False, and the connection is closed, once a client talks too much. */
  countMessage(): boolean {
    this.inWindow += 1;
    if (this.inWindow <= this.limits.messagesPerSecond) return true;
    this.socket.close(POLICY, 'Too many requests');
    return false;
  }

  pass(elapsedMs: number): void {
    this.ageMs += elapsedMs;
    if (this.unansweredMs !== null) this.unansweredMs += elapsedMs;
    this.sincePingMs += elapsedMs;
    this.windowMs += elapsedMs;
    if (this.windowMs >= 1000) this.windowMs = this.inWindow = 0;
    this.end();
    if (this.sincePingMs >= this.limits.pingEveryMs) this.ping();
  }

  private end(): void {
    const leftMs = this.limits.lifetimeMs - this.ageMs;
    if (leftMs <= 0) {
      this.socket.close(GOING_AWAY, 'Connection lifetime reached');
    } else if (leftMs <= this.limits.shutdownNoticeMs && !this.hasNoticed) {
      this.hasNoticed = true;
      this.noticeShutdown();
    }
  }

  private ping(): void {
    this.sincePingMs = 0;
    if ((this.unansweredMs ?? 0) > this.limits.pongWithinMs) {
      this.socket.close(POLICY, 'Pong timeout');
      return;
    }
    this.unansweredMs ??= 0;
    this.socket.ping();
  }
}
