import type { JsonValue } from '@sextant/contracts';
import type { AccountId, Clock } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { asDatabaseFailure } from '../database/index.js';
import { AccountOwner } from './account-owner.js';
import type { ForwardClient } from './forward-client.js';
import type { LeasedAccounts } from './leased-accounts.js';
import type { AccountOwnerRow, LeaseStore } from './lease-store.js';
import { NotOwner } from './owned-account.js';
import { ownerUnreachable } from './ownership-errors.js';
import type { OwnershipOptions } from './ownership-options.js';
import type { Timers } from '../time/index.js';
import type { ProcessPresence } from './process-presence.js';

const FIRST_PAUSE_MS = 50;

interface SeenOwner {
  address: string;
  atMs: number;
}

/** Finds the owner of an account, takes accounts that nobody owns, and hands the command over. */
export class RoutedAccountOwner extends AccountOwner {
  /** Owners as they were last seen: one that is wrong answers so, one that is old is read again. */
  private readonly owners = new Map<AccountId, SeenOwner>();

  constructor(
    private readonly accounts: LeasedAccounts,
    private readonly store: LeaseStore,
    private readonly presence: ProcessPresence,
    private readonly client: ForwardClient,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly options: OwnershipOptions,
  ) {
    super();
  }

  override async execute<R extends JsonValue>(
    accountId: AccountId,
    type: string,
    payload: JsonValue,
  ): Promise<R> {
    for (let retries = 0; ; retries += 1) {
      try {
        return (await this.attempt(accountId, type, payload)) as R;
      } catch (error) {
        this.owners.delete(accountId);
        if (!isNotExecuted(error)) throw error;
        if (retries >= this.options.forwardRetries) throw unreachable(accountId, error);
      }
      // At once the first time: what was remembered of the owner was old.
      if (retries > 0) await this.timers.sleep(FIRST_PAUSE_MS * 2 ** (retries - 1));
    }
  }

  /** The command as it came from another process: executed here or not at all. */
  executeHere(accountId: AccountId, type: string, payload: JsonValue): Promise<JsonValue> {
    const account = this.accounts.get(accountId);
    return account === undefined ? Promise.reject(new NotOwner()) : account.execute(type, payload);
  }

  private async attempt(accountId: AccountId, type: string, payload: JsonValue): Promise<JsonValue> {
    const own = this.accounts.get(accountId);
    if (own !== undefined) return own.execute(type, payload);
    const seen = this.owners.get(accountId);
    if (seen !== undefined && this.clock.monotonicMs() - seen.atMs < this.options.leaseMs) {
      return this.client.forward(seen.address, accountId, type, payload);
    }
    const owner = await this.store.ownerOf(accountId).catch((error: unknown) => {
      if (seen === undefined) throw asDatabaseFailure(error);
    });
    // Without the database the last known owner still works from its memory.
    if (owner === undefined && seen !== undefined)
      return this.client.forward(seen.address, accountId, type, payload);
    return this.byOwner(accountId, owner ?? null, type, payload);
  }

  private async byOwner(
    accountId: AccountId,
    owner: AccountOwnerRow | null,
    type: string,
    payload: JsonValue,
  ): Promise<JsonValue> {
    if (owner === null) throw new DomainError('ACCOUNT_UNKNOWN', `There is no account ${accountId}.`);
    const { ownerAddress, ownerLives, epoch } = owner;
    if (ownerLives && ownerAddress !== null && ownerAddress !== this.presence.address) {
      this.owners.set(accountId, { address: ownerAddress, atMs: this.clock.monotonicMs() });
      return this.client.forward(ownerAddress, accountId, type, payload);
    }
    const taken = this.options.takesAccounts ? await this.accounts.acquire(accountId, epoch) : undefined;
    if (taken === undefined) throw new NotOwner();
    return taken.execute(type, payload);
  }
}

/** Only then a command may be handed over again. */
function isNotExecuted(error: unknown): boolean {
  if (error instanceof NotOwner) return true;
  if (!(error instanceof DomainError) || error.code !== 'ACCOUNT_OWNER_UNREACHABLE') return false;
  return error.context['outcome'] === 'NOT_EXECUTED';
}

function unreachable(accountId: AccountId, error: unknown): unknown {
  return error instanceof NotOwner ? ownerUnreachable(accountId, 'NOT_EXECUTED') : error;
}
