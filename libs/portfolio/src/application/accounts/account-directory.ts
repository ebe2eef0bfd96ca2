import { Injectable } from '@nestjs/common';
import { Clock, DomainError } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { AccountRow } from './account-tables.js';
import type { SqlReader } from '../reading/reservations.js';
import { ACCOUNT_COLUMNS, readAccount } from '../reading/stored-rows.js';
import type { StoredAccount } from '../reading/stored-rows.js';
import { readTenant } from '../reading/tenant-reads.js';

/** Accounts kept by id. What is asked of them on the order path (tenant, kind, venue) never changes. */
const CACHE_LIMIT = 10_000;

/** How long the only account of a tenant is taken for the only one: another process may open a second. */
const DEFAULT_AGE_MS = 2_000;

/** Says which account a request means. */
@Injectable()
export class AccountDirectory {
  private readonly known = new Map<AccountId, AccountRow>();
  private readonly defaults = new Map<TenantId, { account: AccountRow; untilMs: number }>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * The named account, or without a name the only one.
   * @throws DomainError ACCOUNT_NOT_FOUND (also for another tenant's), ACCOUNT_REQUIRED
   */
  async resolve(tenantId: TenantId, accountId: AccountId | null): Promise<AccountRow> {
    const cached = accountId === null ? this.cachedDefault(tenantId) : this.known.get(accountId);
    if (cached?.tenant_id === tenantId) return cached;
    const askedAtMs = this.clock.monotonicMs();
    const account = await readTenant(this.database, tenantId, (reader) => resolveAccount(reader, accountId));
    this.keep(this.known, account.account_id, account);
    if (accountId === null)
      this.keep(this.defaults, tenantId, { account, untilMs: askedAtMs + DEFAULT_AGE_MS });
    return account;
  }

  /** Venues at which the tenant has an open account. */
  async venuesOf(tenantId: TenantId): Promise<string[]> {
    const accounts = await readTenant(this.database, tenantId, (reader) => listOpenAccounts(reader, null));
    return [...new Set(accounts.map(({ venue }) => venue))];
  }

  /** To be called when the tenant has got another account. */
  forgetDefault(tenantId: TenantId): void {
    this.defaults.delete(tenantId);
  }

  private cachedDefault(tenantId: TenantId): AccountRow | undefined {
    const entry = this.defaults.get(tenantId);
    return entry !== undefined && this.clock.monotonicMs() < entry.untilMs ? entry.account : undefined;
  }

  private keep<K, V>(cache: Map<K, V>, key: K, value: V): void {
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(key, value);
  }
}

/** The same on a reader that already sees one tenant only. */
export async function resolveAccount(reader: SqlReader, accountId: AccountId | null): Promise<AccountRow> {
  const accounts = await listOpenAccounts(reader, accountId);
  if (accounts.length === 1) return accounts[0]!;
  if (accountId !== null) throw new DomainError('ACCOUNT_NOT_FOUND', `There is no account ${accountId}.`);
  const accountIds = accounts.map((account) => account.account_id);
  const detail = accounts.length === 0 ? 'There is no account yet.' : 'There are several accounts: name one.';
  throw new DomainError('ACCOUNT_REQUIRED', detail, { pointer: '/accountId', accountIds });
}

/** Open accounts, oldest first; with an id only that one. */
export async function listOpenAccounts(
  reader: SqlReader,
  accountId: AccountId | null,
): Promise<AccountRow[]> {
  const rows = await reader.query<StoredAccount>(
    `SELECT ${ACCOUNT_COLUMNS} FROM account
     WHERE ($1::text IS NULL AND status = 'OPEN') OR account_id = $1 ORDER BY account_id LIMIT 1000`,
    [accountId],
  );
  return rows.map(readAccount);
}
