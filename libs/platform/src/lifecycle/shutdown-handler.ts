import type { Clock } from '@sextant/kernel';
import type { Logger } from '../telemetry/logger.js';
import type { Timers } from '../time/index.js';
import type { Lifecycle } from './lifecycle.js';

/** What the handler needs of `process`. */
export interface ProcessPort {
  on(event: string, listener: (argument: unknown) => void): unknown;
  exit(code: number): void;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
/** Ctrl-C reaches the process group, and a launcher may pass it on: what comes so soon is the same signal. */
const ECHO_MS = 100;
/** After every component had its own time to stop. */
const LAST_RESORT_MS = 5_000;

/**
 * Ends the process. SIGTERM and SIGINT: stop everything in reverse, flush the log, exit 0 (1 when a component did not
 * stop in time); the second signal exits at once, as a shell reports it (130, 143). An uncaught exception or an
 * unhandled rejection: log, flush, exit 1 without tidying up: recovery is the one path that must work anyway.
 */
export class ShutdownHandler {
  private askedMs: number | null = null;

  constructor(
    private readonly lifecycle: Pick<Lifecycle, 'stop'>,
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly drainMs: number,
    private readonly target: ProcessPort = process,
  ) {}

  install(): void {
    for (const [signal, code] of Object.entries(SIGNALS))
      this.target.on(signal, () => void this.onSignal(signal, code));
    this.target.on('uncaughtException', (error) => this.crash('uncaught exception', error));
    this.target.on('unhandledRejection', (error) => this.crash('unhandled rejection', error));
  }

  private async onSignal(signal: string, code: number): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    if (this.askedMs !== null) {
      if (nowMs - this.askedMs < ECHO_MS) return;
      this.logger.warn('second signal: leaving at once', { signal, exitCode: code });
      this.leave(code);
      return;
    }
    this.askedMs = nowMs;
    this.logger.info('stopping', { signal });
    const stuck = this.timers.setTimer(this.drainMs + LAST_RESORT_MS, () => {
      this.logger.error('not stopped in time: leaving', { exitCode: 1 });
      this.leave(1);
    });
    const overran = await this.lifecycle.stop(signal);
    stuck();
    this.logger.info('stopped', { exitCode: overran.length === 0 ? 0 : 1 });
    this.leave(overran.length === 0 ? 0 : 1);
  }

  private crash(message: string, error: unknown): void {
    try {
      this.logger.fatal(message, { error, exitCode: 1 });
    } finally {
      this.leave(1);
    }
  }

  private leave(code: number): void {
    try {
      this.logger.flush();
    } finally {
      this.target.exit(code);
    }
  }
}
