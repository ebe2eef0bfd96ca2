import type { JsonValue } from '@sextant/contracts';
import type { AccountSession, CloseReason } from '@sextant/platform';
import type { ExecutionTools } from '../application/owned-account.js';
import { notExecuted } from '../application/session-closed.js';

/** How long after a state could not be built it is tried again. */
const REBUILD_PAUSE_MS = 1_000;

/** A session whose state is thrown away and read again when it turned out to be wrong. */
export class RebuiltSession implements AccountSession {
  /** Rejected while the state could not be built anew. */
  private current: Promise<AccountSession>;
  private closed = false;

  private constructor(
    private readonly build: (onBroken: (error: Error) => void) => Promise<AccountSession>,
    private readonly tools: Pick<ExecutionTools, 'log' | 'timers'>,
  ) {
    this.current = this.build((error) => this.onBroken(error));
  }

  /** @throws whatever `build` throws the first time */
  static async open(
    build: (onBroken: (error: Error) => void) => Promise<AccountSession>,
    tools: Pick<ExecutionTools, 'log' | 'timers'>,
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

  private onBroken(error: Error): void {
    this.tools.log.error('The state of an account is built anew', { error: error.message });
    this.replace(this.current);
  }

  /** Commands meanwhile wait for the outcome of the attempt that runs, and are refused between two attempts. */
  private replace(before: Promise<AccountSession | null>): void {
    const next = before.then(async (account) => {
      await account?.close('RELEASED');
      if (this.closed) throw notExecuted();
      return this.build((again) => this.onBroken(again));
    });
    this.current = next;
    next.catch((error: Error) => {
      if (this.closed) return;
      this.tools.log.error('The state of an account could not be built', { error: error.message });
      this.tools.timers.setTimer(REBUILD_PAUSE_MS, () => {
        if (!this.closed) this.replace(Promise.resolve(null));
      });
    });
  }
}
