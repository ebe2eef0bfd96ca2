import type { AccountId } from '@sextant/kernel';

/**
 * What signs requests at one venue for one account. Exists in clear only in memory, for as long as a session is open.
 * `credentialId` names it in budgets, logs and metrics; it is not a secret.
 */
export interface VenueCredential {
  credentialId: string;
  apiKey: string;
  secret: string;
  /** A third secret where the venue has one (OKX, Coinbase legacy), else null. */
  passphrase: string | null;
}

/** The vault as gateways see it. */
export abstract class VenueCredentials {
  /**
   * Null when the account has no connection to the venue. Cheap: to be asked before every signed request, never kept, so
   * that a rotated key takes over within 2 s. @throws DomainError CREDENTIAL_INVALID when it may not be used
   */
  abstract of(accountId: AccountId, venue: string): Promise<VenueCredential | null>;
}

/** What a key may do, as the venue tells. A right that the venue does not tell is null. */
export interface KeyRights {
  read: boolean | null;
  trade: boolean | null;
  withdraw: boolean | null;
  /** Universal or internal transfers out of the account. */
  transfer: boolean | null;
  ipRestricted: boolean | null;
}

/** What a venue says of a key. */
export interface KeyPermissions extends KeyRights {
  /** The venue's own name of the account that the key opens: not secret, the same for all its keys; null untold. */
  accountIdentity: string | null;
}

export function rightsOf({ accountIdentity: _, ...rights }: KeyPermissions): KeyRights {
  return rights;
}
