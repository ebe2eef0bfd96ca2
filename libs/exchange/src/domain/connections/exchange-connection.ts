import type { ConnectionEventType, JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs, Id, TenantId } from '@sextant/kernel';
import { Aggregate, DomainError } from '@sextant/kernel';
import { rightsOf } from '../venue-credentials.js';
import type { KeyPermissions, KeyRights } from '../venue-credentials.js';
import type { By, ConnectionEvent } from './connection-event.js';
import type { PermissionFinding } from './permission-finding.js';

export type ConnectionId = Id<'con'>;
export type CredentialId = Id<'crd'>;

/**
 * ACTIVE: in use. QUARANTINED: the key may take money out, or nobody knows that it may not; it reads and cancels, and
 * places nothing. INVALID: the venue does not take the key. DISCONNECTED: switched off by a person.
 */
export type ConnectionStatus = 'ACTIVE' | 'INVALID' | 'QUARANTINED' | 'DISCONNECTED';

/** The key that a connection uses, as far as it is no secret. */
export interface CredentialName {
  credentialId: CredentialId;
  /** Last 4 characters of the key id. */
  keyHint: string;
}

export interface ConnectionSnapshot extends CredentialName {
  connectionId: ConnectionId;
  tenantId: TenantId;
  accountId: AccountId;
  venue: string;
  label: string;
  status: ConnectionStatus;
  /** Why it is INVALID or QUARANTINED, else null. */
  reason: { code: string; detail: string } | null;
  /** Base address in place of the venue's own, for rehearsals; null in earnest. */
  endpoint: string | null;
  /** As the venue told them last. */
  permissions: KeyRights;
  /** The venue's own name of the account; null as long as it has told none. */
  accountIdentity: string | null;
  /** Who accepted that the venue does not tell all rights of the key; null when nobody had to. */
  acknowledgedBy: string | null;
  /** When the venue last gave a verdict on the key. */
  validatedAt: EpochMs;
  /** The version that was read; a save succeeds only on it. 0 is not stored yet. */
  version: number;
  createdAt: EpochMs;
  updatedAt: EpochMs;
}

export type ConnectionTerms = Pick<
  ConnectionSnapshot,
  'connectionId' | 'tenantId' | 'accountId' | 'venue' | 'label' | 'endpoint' | 'acknowledgedBy'
>;

/** What a person asked to have checked, or what the daily round found by itself. */
export type Asker = 'PERSON' | 'ROUND';

/** A tenant's way to one account at one venue. */
export class ExchangeConnection extends Aggregate<ConnectionEvent> {
  private constructor(private state: ConnectionSnapshot) {
    super();
  }

  /** @throws DomainError as `assertSound` */
  static establish(
    terms: ConnectionTerms,
    credential: CredentialName,
    finding: PermissionFinding,
    by: By,
  ): ExchangeConnection {
    const { accountIdentity, ...permissions } = assertSound(finding);
    const connection = new ExchangeConnection({
      ...terms,
      ...credential,
      permissions,
      accountIdentity,
      status: 'ACTIVE',
      reason: null,
      validatedAt: by.at,
      version: 0,
      createdAt: by.at,
      updatedAt: by.at,
    });
    const acknowledged = terms.acknowledgedBy !== null;
    const facts = { label: terms.label, ...credential, permissions: { ...permissions }, acknowledged };
    connection.happened('ExchangeConnectionAdded', facts, by);
    return connection;
  }

  static fromSnapshot(snapshot: ConnectionSnapshot): ExchangeConnection {
    return new ExchangeConnection({ ...snapshot });
  }

  get snapshot(): Readonly<ConnectionSnapshot> {
    return this.state;
  }

  /**
   * Takes in what a check found. A quarantine is left only when a person asks: whoever gave the key the right to
   * withdraw may have taken it back to be overlooked.
   */
  checked(finding: PermissionFinding, asker: Asker, by: By): void {
    if (this.state.status === 'DISCONNECTED' || finding.finding === 'UNDECIDED') return;
    if (finding.finding === 'INVALID') return this.invalidate(finding, by);
    if (finding.finding === 'DANGEROUS') return this.quarantine(finding, by);
    const told = this.told(finding.permissions);
    const { status: before } = this.state;
    if (before === 'QUARANTINED' && asker === 'ROUND')
      return this.change({ ...told, validatedAt: by.at }, by);
    this.change({ status: 'ACTIVE', reason: null, ...told, validatedAt: by.at }, by);
    if (before !== 'ACTIVE') this.happened('ExchangeConnectionRestored', { before }, by);
  }

  /**
   * Puts a checked key in the place of the present one, which is in use until `retiresAt` for what is in flight.
   * @throws DomainError CREDENTIAL_OF_ANOTHER_ACCOUNT, those of `assertSound`
   */
  rotate(
    successor: CredentialName,
    finding: PermissionFinding,
    terms: { retiresAt: EpochMs; acknowledgedBy: string | null },
    by: By,
  ): void {
    const permissions = assertSound(finding);
    this.assertSameAccount(permissions);
    const { status, credentialId: predecessorId } = this.state;
    const { retiresAt, acknowledgedBy } = terms;
    const on = status === 'DISCONNECTED' ? status : 'ACTIVE';
    const validated = { ...this.told(permissions), acknowledgedBy, validatedAt: by.at };
    this.change({ ...successor, ...validated, status: on, reason: null }, by);
    this.happened('VenueCredentialRotated', { ...successor, predecessorId, retiresAt }, by);
    if (status === 'INVALID' || status === 'QUARANTINED') {
      this.happened('ExchangeConnectionRestored', { before: status }, by);
    }
  }

  /** Switching off twice is once. */
  disconnect(by: By): void {
    if (this.state.status === 'DISCONNECTED') return;
    this.change({ status: 'DISCONNECTED', reason: null }, by);
    this.happened('ExchangeConnectionDisconnected', {}, by);
  }

  /** Switches on again. @throws DomainError as `assertSound` */
  reconnect(finding: PermissionFinding, by: By): void {
    if (this.state.status !== 'DISCONNECTED') return this.checked(finding, 'PERSON', by);
    const told = this.told(assertSound(finding));
    this.change({ status: 'ACTIVE', reason: null, ...told, validatedAt: by.at }, by);
    this.happened('ExchangeConnectionReconnected', {}, by);
  }

  private invalidate({ code, detail }: { code: string; detail: string }, by: By): void {
    const { status: before } = this.state;
    this.change({ status: 'INVALID', reason: { code, detail }, validatedAt: by.at }, by);
    if (before !== 'INVALID') this.happened('ExchangeConnectionInvalidated', { code, detail }, by);
  }

  private quarantine(finding: Extract<PermissionFinding, { finding: 'DANGEROUS' }>, by: By): void {
    const { code, detail, permissions } = finding;
    const { status: before } = this.state;
    const told = this.told(permissions);
    this.change({ status: 'QUARANTINED', reason: { code, detail }, ...told, validatedAt: by.at }, by);
    if (before !== 'QUARANTINED') this.happened('ExchangeConnectionQuarantined', { code, detail }, by);
  }

  /** The account stays the one it was first known as: it is what a key that comes later is held against. */
  private told(permissions: KeyPermissions): Pick<ConnectionSnapshot, 'permissions' | 'accountIdentity'> {
    const accountIdentity = this.state.accountIdentity ?? permissions.accountIdentity;
    return { permissions: rightsOf(permissions), accountIdentity };
  }

  private assertSameAccount({ accountIdentity: told }: KeyPermissions): void {
    const { accountIdentity: known } = this.state;
    if (known === null || told === null || known === told) return;
    throw new DomainError(
      'CREDENTIAL_OF_ANOTHER_ACCOUNT',
      'The venue says that the key is of another account than the one that is connected.',
      { pointer: '/credential' },
    );
  }

  private change(changes: Partial<ConnectionSnapshot>, by: By): void {
    this.state = { ...this.state, ...changes, updatedAt: by.at };
  }

  private happened(type: ConnectionEventType, facts: JsonObject, { actor, at }: By): void {
    const { tenantId, connectionId, accountId, venue } = this.state;
    const payload = { tenantId, connectionId, accountId, venue, ...facts };
    this.record({ type, payload, occurredAt: at, actor });
  }
}

/**
 * The rights of a key that may go into the vault.
 * @throws DomainError KEY_MAY_WITHDRAW, KEY_PERMISSIONS_UNKNOWN, CREDENTIAL_INVALID, CREDENTIAL_MALFORMED,
 * VENUE_VERDICT_MISSING
 */
export function assertSound(finding: PermissionFinding): KeyPermissions {
  switch (finding.finding) {
    case 'SOUND':
      return finding.permissions;
    case 'DANGEROUS':
      throw new DomainError(finding.code, finding.detail, {
        permissions: { ...rightsOf(finding.permissions) },
      });
    case 'INVALID':
      if (finding.code === 'CREDENTIAL_MALFORMED') {
        throw new DomainError(finding.code, finding.detail, { pointer: '/credential' });
      }
      throw new DomainError('CREDENTIAL_INVALID', finding.detail, { reason: finding.code });
    case 'UNDECIDED':
      throw verdictMissing(finding);
  }
}

/** The venue gave no verdict; `retryAfterMs` where it is known when it may give one. */
export function verdictMissing({
  code: reason,
  detail,
  retryAfterMs,
}: Extract<PermissionFinding, { finding: 'UNDECIDED' }>): DomainError {
  const context = retryAfterMs === undefined ? { reason } : { reason, retryAfterMs };
  return new DomainError('VENUE_VERDICT_MISSING', detail, context);
}
