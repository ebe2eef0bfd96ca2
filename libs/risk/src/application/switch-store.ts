import type { AccountId, TenantId } from '@sextant/kernel';
import type { KillSwitch } from '../domain/kill-switch.js';

/** Kill switches in the database. */
export abstract class SwitchStore {
  /** The last word about every scope, of all tenants and accounts. */
  abstract load(): Promise<KillSwitch[]>;

  /** Stores the word about a scope that is wider than an account, with its event, unless a later one is there. */
  abstract store(word: KillSwitch): Promise<void>;

  /** The tenant's accounts that these processes own. */
  abstract accountsOf(tenantId: TenantId, processes: readonly string[]): Promise<OwnedBy[]>;
}

export interface OwnedBy {
  process: string;
  accountId: AccountId;
}
