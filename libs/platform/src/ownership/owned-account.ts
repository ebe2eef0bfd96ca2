import type { JsonValue } from '@sextant/contracts';
import type { AccountId } from '@sextant/kernel';
import type { CommitLane, CommitPlan, Committed, GroupCommit } from '../commit/index.js';
import { LeaseLost } from '../commit/index.js';
import type { AccountLease, AccountRuntime, AccountSession, CloseReason } from './account-owner.js';
import { notOpened, ownerUnreachable } from './ownership-errors.js';
import type { ProcessPresence } from './process-presence.js';

/** The command came to a process that does not own the account, or no longer takes commands for it. */
export class NotOwner extends Error {}

/** An account this process owns: its lease, its session, and the commands that run. */
export class OwnedAccount implements AccountLease {
  private session: Promise<AccountSession> | null = null;
  private running = 0;
  private closed: Promise<void> | null = null;
  private whenQuiet: () => void = () => undefined;

  constructor(
    private readonly lane: CommitLane,
    private readonly groupCommit: GroupCommit,
    private readonly presence: ProcessPresence,
  ) {}

  get accountId(): AccountId {
    return this.lane.accountId;
  }

  /** The address under which the account was taken. */
  get address(): string {
    return this.lane.owner ?? '';
  }

  get epoch(): number {
    return this.lane.epoch;
  }

  isHeld(): boolean {
    return !this.lane.lost && this.lane.owner === this.presence.address && this.presence.holds();
  }

  commit(plan: CommitPlan): Promise<Committed> {
    return this.groupCommit.commit(this.lane, plan);
  }

  /** Builds the session. @throws whatever the runtime throws; the account is of no use then. */
  async open(runtime: AccountRuntime): Promise<void> {
    this.session = runtime.open(this);
    await this.session;
  }

  /** @throws NotOwner when nothing was executed because the account is on its way to another owner. */
  async execute(type: string, payload: JsonValue): Promise<JsonValue> {
    const session = await this.session?.catch((error: unknown) => {
      throw notOpened(this.accountId, error);
    });
    if (session === undefined || this.closed !== null) throw new NotOwner();
    this.running += 1;
    try {
      return await session.execute(type, payload);
    } catch (error) {
      throw error instanceof LeaseLost ? ownerUnreachable(this.accountId, 'UNKNOWN', error) : error;
    } finally {
      this.running -= 1;
      if (this.running === 0) this.whenQuiet();
    }
  }

  /** Takes no more commands, lets the running ones finish unless the lease is lost, and ends the session. */
  close(reason: CloseReason, drained: (quiet: Promise<void>) => Promise<void>): Promise<void> {
    this.closed ??= this.end(reason, drained);
    return this.closed;
  }

  private async end(reason: CloseReason, drained: (quiet: Promise<void>) => Promise<void>): Promise<void> {
    // Whoever closes the account knows; a lane that ends with it is no news.
    this.lane.onLost = () => undefined;
    if (reason === 'LOST') this.groupCommit.lose(this.lane);
    const session = await this.session?.catch(() => null);
    if (reason !== 'LOST') await drained(this.quiet());
    await session?.close(reason);
    if (reason !== 'LOST') await drained(this.lane.idle());
    this.groupCommit.lose(this.lane);
  }

  private quiet(): Promise<void> {
    if (this.running === 0) return Promise.resolve();
    return new Promise((resolve) => (this.whenQuiet = resolve));
  }
}
