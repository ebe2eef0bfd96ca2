import type { Account, AccountSpec, ApiKey, KeySpec, Permissions } from './account.js';
import { accountOf, keyOf } from './account.js';

const FIRST_UID = 354_937_868;

/** Who has accounts here and with which keys. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  readonly #keys = new Map<string, ApiKey>();

  open(spec: AccountSpec, at: number): Account {
    if (this.#accounts.has(spec.accountId)) throw new RangeError(`account ${spec.accountId} exists`);
    const account = accountOf(spec, FIRST_UID + this.#accounts.size, at);
    const keys = spec.keys.map((key) => this.#fresh(key, spec.accountId, at));
    this.#accounts.set(account.accountId, account);
    for (const key of keys) this.#keys.set(key.apiKey, key);
    return account;
  }

  addKey(accountId: string, spec: KeySpec, at: number): ApiKey {
    if (!this.#accounts.has(accountId)) throw new RangeError(`no account ${accountId}`);
    const key = this.#fresh(spec, accountId, at);
    this.#keys.set(key.apiKey, key);
    return key;
  }

  revoke(apiKey: string): void {
    this.#needKey(apiKey).revoked = true;
  }

  permit(apiKey: string, permissions: Partial<Permissions>): void {
    const key = this.#needKey(apiKey);
    key.permissions = { ...key.permissions, ...permissions };
  }

  allowTrading(accountId: string, canTrade: boolean): void {
    const account = this.#accounts.get(accountId);
    if (account === undefined) throw new RangeError(`no account ${accountId}`);
    account.canTrade = canTrade;
  }

  find(accountId: string): Account | null {
    return this.#accounts.get(accountId) ?? null;
  }

  key(apiKey: string): ApiKey | null {
    return this.#keys.get(apiKey) ?? null;
  }

  keysOf(accountId: string): ApiKey[] {
    return [...this.#keys.values()].filter((key) => key.accountId === accountId);
  }

  all(): Account[] {
    return [...this.#accounts.values()];
  }

  #needKey(apiKey: string): ApiKey {
    const key = this.#keys.get(apiKey);
    if (key === undefined) throw new RangeError(`no key ${apiKey}`);
    return key;
  }

  #fresh(spec: KeySpec, accountId: string, at: number): ApiKey {
    if (this.#keys.has(spec.apiKey)) throw new RangeError(`key ${spec.apiKey} exists`);
    return keyOf(spec, accountId, at);
  }
}
