import { Clock } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { CommitLane, GroupCommit } from '../commit/index.js';
import type { Logger } from '../telemetry/index.js';
import type { Timers } from '../time/index.js';
import { AccountRuntime } from './account-owner.js';
import type { CloseReason } from './account-owner.js';
import type { FreeAccount, LeaseStore, TakenAccount } from './lease-store.js';
import { NotOwner, OwnedAccount } from './owned-account.js';
import { notOpened } from './ownership-errors.js';
import type { OwnershipOptions } from './ownership-options.js';
import type { ProcessPresence } from './process-presence.js';

/** How long an account whose session did not open is left alone by the search for accounts. */
const FAILED_PAUSE_MS = 5_000;

/** The accounts this process owns: taking, opening, losing and handing them over. */
export class LeasedAccounts {
  private readonly owned = new Map<AccountId, OwnedAccount>();
  private readonly taking = new Map<AccountId, Promise<OwnedAccount | undefined>>();
  private readonly failedUntilMs = new Map<AccountId, number>();
  /** The process is on its way out: what it holds is handed over, and nothing new is taken. */
  private closing = false;

  constructor(
    private readonly store: LeaseStore,
    private readonly presence: ProcessPresence,
    private readonly groupCommit: GroupCommit,
    private readonly runtime: AccountRuntime,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>,
    private readonly options: OwnershipOptions,
  ) {}

  get(accountId: AccountId): OwnedAccount | undefined {
    return this.owned.get(accountId);
  }

  get size(): number {
    return this.owned.size;
  }

  ids(): AccountId[] {
    return [...this.owned.keys()];
  }

  /** Takes an account that was seen without a living owner. @returns undefined when somebody else was faster. */
  async acquire(accountId: AccountId, epoch: number): Promise<OwnedAccount | undefined> {
    const present = this.owned.get(accountId) ?? this.taking.get(accountId);
    if (present !== undefined || this.closing || !this.presence.holds()) return present;
    const [opening] = await this.take([{ accountId, epoch }]);
    return opening ?? this.owned.get(accountId);
  }

  /** Takes up to `limit` accounts without a living owner and opens them. */
  async acquireFree(limit: number): Promise<number> {
    const free = await this.store.free(
      this.presence.address,
      [...this.owned.keys(), ...this.taking.keys()],
      limit,
    );
    const nowMs = this.clock.monotonicMs();
    const wanted = free.filter(
      ({ accountId }) =>
        !this.owned.has(accountId) &&
        !this.taking.has(accountId) &&
        (this.failedUntilMs.get(accountId) ?? 0) <= nowMs,
    );
    if (wanted.length === 0 || this.closing || !this.presence.holds()) return 0;
    const opening = await this.take(wanted);
    await Promise.allSettled(opening);
    return opening.length;
  }

  /** Hands over so many accounts, those that came last first. */
  async release(count: number): Promise<void> {
    const leaving = this.ids().slice(-count);
    await Promise.all(leaving.map((accountId) => this.end(accountId, 'RELEASED')));
  }

  /** Hands over everything, for good. */
  async releaseAll(): Promise<void> {
    this.closing = true;
    await Promise.all(this.ids().map((accountId) => this.end(accountId, 'SHUTDOWN')));
  }

  /** The process was buried: every lease is void. */
  async loseAll(): Promise<void> {
    await Promise.all(this.ids().map((accountId) => this.end(accountId, 'LOST')));
  }

  /**
   * Takes accounts and begins to open them. Each is in `taking` until it is in `owned`: to a second look an account
   * that is taken but not open yet seems to be left behind by an earlier run of this process, and taking it again
   * would leave two sessions of it that end each other's at the venue.
   */
  private async take(wanted: readonly FreeAccount[]): Promise<Promise<OwnedAccount>[]> {
    const taken = this.store.take(this.presence.address, wanted);
    const opening = taken.then((rows) => ({ accounts: rows.map((row) => this.open(row)) }));
    const begun = opening.catch(() => undefined);
    for (const { accountId } of wanted) {
      this.taking.set(
        accountId,
        begun.then(() => this.owned.get(accountId)),
      );
    }
    try {
      return (await opening).accounts;
    } finally {
      for (const { accountId } of wanted) this.taking.delete(accountId);
    }
  }

  private async open({ accountId, epoch, position }: TakenAccount): Promise<OwnedAccount> {
    if (this.closing) {
      await this.store.release(this.presence.address, accountId, epoch);
      throw new NotOwner();
    }
    const lane = new CommitLane(accountId, this.presence.address, epoch, position);
    const account = new OwnedAccount(lane, this.groupCommit, this.presence);
    lane.onLost = () => void this.end(accountId, 'LOST', account);
    this.owned.set(accountId, account);
    try {
      await account.open(this.runtime);
      this.failedUntilMs.delete(accountId);
      return account;
    } catch (error) {
      this.logger.error('Account could not be opened', { accountId, epoch, error });
      this.failedUntilMs.set(accountId, this.clock.monotonicMs() + FAILED_PAUSE_MS);
      await this.end(accountId, 'RELEASED', account);
      throw notOpened(accountId, error);
    }
  }

  private async end(accountId: AccountId, reason: CloseReason, expected?: OwnedAccount): Promise<void> {
    const account = this.owned.get(accountId);
    if (account === undefined || (expected !== undefined && account !== expected)) return;
    if (reason === 'LOST') this.owned.delete(accountId);
    try {
      await account.close(reason, (quiet) => Promise.race([quiet, this.timers.sleep(this.options.drainMs)]));
      if (reason !== 'LOST') await this.store.release(account.address, accountId, account.epoch);
      this.logger.info('Account left', { accountId, epoch: account.epoch, reason });
    } catch (error) {
      this.logger.error('Account did not close properly', { accountId, reason, error });
    } finally {
      if (this.owned.get(accountId) === account) this.owned.delete(accountId);
    }
  }
}
