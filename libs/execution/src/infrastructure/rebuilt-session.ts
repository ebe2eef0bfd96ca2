import type { JsonValue } from '@sextant/contracts';
import type { AccountSession, CloseReason } from '@sextant/platform';
import type { ExecutionTools } from '../application/account/owned-account.js';
import { notExecuted } from '../application/account/session-closed.js';

/** How long after a state could not be built it is tried again. */
const REBUILD_PAUSE_MS = 1_000;
/** A state that lasted so long was sound; one that broke sooner is built again later and later. */
const SOUND_MS = 60_000;
const LONGEST_PAUSE_MS = 60_000;

type RebuildTools = Pick<ExecutionTools, 'clock' | 'log' | 'timers'>;

/** A session whose state is thrown away and read again when it turned out to be wrong. */
export class RebuiltSession implements AccountSession {
  /** Rejected while the state could not be built anew. */
  private current: Promise<AccountSession>;
  private closed = false;
  private begunAt = 0;
  /** States in a row that did not last. */
  private unsound = 0;
  private waiting = false;

  private constructor(
    private readonly make: (onBroken: (error: Error) => void) => Promise<AccountSession>,
    private readonly tools: RebuildTools,
  ) {
    this.current = this.build();
  }

  /** @throws whatever `build` throws the first time */
  static async open(
    build: (onBroken: (error: Error) => void) => Promise<AccountSession>,
    tools: RebuildTools,
  ): Promise<AccountSession> {
    const session = new RebuiltSession(build, tools);
    try {
      await session.current;
    } catch (error) {
      session.closed = true;
      throw error;
    }
    return session;
  }

  /** @throws DomainError ACCOUNT_SESSION_CLOSED while there is no state to execute on */
  async execute(type: string, payload: JsonValue): Promise<JsonValue> {
    const account = await this.current.catch(() => null);
    if (account === null) throw notExecuted();
    return account.execute(type, payload);
  }

  async close(reason: CloseReason): Promise<void> {
    this.closed = true;
    const account = await this.current.catch(() => null);
    await account?.close(reason);
  }

  private build(): Promise<AccountSession> {
    this.begunAt = this.tools.clock.monotonicMs();
    return this.make((error) => this.onBroken(error));
  }

  private onBroken(error: Error): void {
    if (this.tools.clock.monotonicMs() - this.begunAt >= SOUND_MS) this.unsound = 0;
    const pauseMs = this.unsound === 0 ? 0 : REBUILD_PAUSE_MS * 2 ** (this.unsound - 1);
    this.unsound++;
    this.tools.log.error('The state of an account is built anew', { error: error.message, pauseMs });
    if (pauseMs === 0) {
      this.replace(this.current);
      return;
    }
    this.current = this.current.then(async (account) => {
      await account.close('RELEASED');
      throw notExecuted();
    });
    this.current.catch(() => this.replaceIn(Math.min(pauseMs, LONGEST_PAUSE_MS)));
  }

  /** Commands meanwhile wait for the outcome of the attempt that runs, and are refused between two attempts. */
  private replace(before: Promise<AccountSession | null>): void {
    const next = before.then(async (account) => {
      await account?.close('RELEASED');
      if (this.closed) throw notExecuted();
      return this.build();
    });
    this.current = next;
    next.catch((error: Error) => {
      if (this.closed) return;
      this.tools.log.error('The state of an account could not be built', { error: error.message });
      this.replaceIn(REBUILD_PAUSE_MS);
    });
  }

  private replaceIn(pauseMs: number): void {
    if (this.waiting) return;
    this.waiting = true;
    this.tools.timers.setTimer(pauseMs, () => {
      this.waiting = false;
      if (!this.closed) this.replace(Promise.resolve(null));
    });
  }
}
