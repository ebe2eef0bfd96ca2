import type { AccountId, TenantId } from '@sextant/kernel';

/** An account as far as a connection is concerned. */
export interface VenueAccount {
  accountId: AccountId;
  kind: 'PAPER' | 'LIVE';
  venue: string;
}

/** The accounts that connections are made for. */
export abstract class VenueAccounts {
  /** @throws DomainError ACCOUNT_NOT_FOUND (also for another tenant's) */
  abstract find(tenantId: TenantId, accountId: AccountId): Promise<VenueAccount>;

  /** Opens a LIVE account at the venue; a repeat with the same reference answers the same one. */
  abstract openLive(terms: {
    tenantId: TenantId;
    venue: string;
    name: string;
    reference: string;
    actor: string;
  }): Promise<AccountId>;
}
