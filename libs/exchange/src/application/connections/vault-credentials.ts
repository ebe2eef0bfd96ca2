import { Injectable } from '@nestjs/common';
import { Clock, DomainError } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { Config } from '@sextant/platform';
import { ConnectionRepository } from '../../domain/connections/connection-repository.js';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import type { ConnectionSnapshot, ConnectionStatus } from '../../domain/connections/exchange-connection.js';
import { VenueCredentials } from '../../domain/venue-credentials.js';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import { isAllowed } from './endpoint-rule.js';

/** What is younger is answered at once: within this time every process signs with a key that another one rotated in. */
const FRESH_MS = 1_500;
/** While the database is away, cancels and queries go on with what was known. */
const KNOWN_WITHOUT_DATABASE_MS = 12 * 3_600_000;
/** A credential that nobody asked for so long is dropped from memory. */
const UNUSED_MS = 600_000;

interface Known {
  status: ConnectionStatus;
  endpoint: string | null;
  credential: VenueCredential;
  askedAtMs: number;
  usedAtMs: number;
}

/**
 * The vault as gateways see it. In clear only here and in the sessions that ask, for as long as somebody asks. Asking is
 * a map lookup nearly always, so that a session asks before every request and a rotated key takes over without a gap.
 */
@Injectable()
export class VaultCredentials extends VenueCredentials {
  private readonly known = new Map<string, Known>();
  private readonly asking = new Map<string, Promise<Known | null>>();

  constructor(
    private readonly connections: ConnectionRepository,
    private readonly vault: CredentialVault,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async of(accountId: AccountId, venue: string): Promise<VenueCredential | null> {
    const known = await this.lookUp(accountId, venue);
    if (known === null) return null;
    if (!isAllowed(known.endpoint, this.config)) {
      throw new DomainError(
        'CREDENTIAL_INVALID',
        'The connection is to an address that is not allowed here.',
      );
    }
    if (known.status === 'ACTIVE' || known.status === 'QUARANTINED') return known.credential;
    throw new DomainError('CREDENTIAL_INVALID', `The connection to ${venue} is ${known.status}.`, {
      status: known.status,
    });
  }

  /** What may be done with the account's key now; null without a connection. A key in quarantine reads and cancels only. */
  async standing(
    accountId: AccountId,
    venue: string,
  ): Promise<{ credentialId: string; endpoint: string | null; usable: boolean; mayPlace: boolean } | null> {
    const known = await this.lookUp(accountId, venue);
    if (known === null) return null;
    const { credential, endpoint, status } = known;
    const mayPlace = status === 'ACTIVE' && isAllowed(endpoint, this.config);
    const usable = mayPlace || (status === 'QUARANTINED' && isAllowed(endpoint, this.config));
    return { credentialId: credential.credentialId, endpoint, usable, mayPlace };
  }

  /** The next one who asks gets what is stored then. To be called after a change. */
  forget(accountId: AccountId, venue: string): void {
    const known = this.known.get(keyOf(accountId, venue));
    if (known !== undefined) known.askedAtMs = -Infinity;
  }

  /** Drops what nobody asks for any more. */
  dropUnused(): void {
    const before = this.clock.monotonicMs() - UNUSED_MS;
    for (const [key, { usedAtMs }] of this.known) if (usedAtMs < before) this.known.delete(key);
  }

  /** How many credentials are in memory in clear. */
  get size(): number {
    return this.known.size;
  }

  private async lookUp(accountId: AccountId, venue: string): Promise<Known | null> {
    const key = keyOf(accountId, venue);
    const known = this.known.get(key);
    const nowMs = this.clock.monotonicMs();
    if (known !== undefined) known.usedAtMs = nowMs;
    if (known !== undefined && nowMs - known.askedAtMs < FRESH_MS) return known;
    const asking = this.asking.get(key) ?? this.ask(key, accountId, venue);
    try {
      return await asking;
    } catch (error) {
      const isOutage = error instanceof DomainError && error.code.startsWith('DATABASE_');
      const sinceMs = nowMs - (known?.askedAtMs ?? -Infinity);
      if (known === undefined || !isOutage || sinceMs > KNOWN_WITHOUT_DATABASE_MS) throw error;
      return known;
    }
  }

  private ask(key: string, accountId: AccountId, venue: string): Promise<Known | null> {
    const asking = this.load(key, accountId, venue).finally(() => this.asking.delete(key));
    this.asking.set(key, asking);
    return asking;
  }

  private async load(key: string, accountId: AccountId, venue: string): Promise<Known | null> {
    const askedAtMs = this.clock.monotonicMs();
    const connection = await this.connections.ofAccount(accountId, venue);
    if (connection === null) {
      this.known.delete(key);
      return null;
    }
    const { status, endpoint } = connection.snapshot;
    const known = {
      status,
      endpoint,
      credential: await this.credentialOf(key, connection.snapshot),
      askedAtMs,
      usedAtMs: askedAtMs,
    };
    if (status === 'DISCONNECTED' || status === 'INVALID') this.known.delete(key);
    else this.known.set(key, known);
    return known;
  }

  private async credentialOf(
    key: string,
    { credentialId }: Readonly<ConnectionSnapshot>,
  ): Promise<VenueCredential> {
    const present = this.known.get(key)?.credential;
    return present?.credentialId === credentialId ? present : this.vault.open(credentialId);
  }
}

function keyOf(accountId: AccountId, venue: string): string {
  return `${accountId} ${venue}`;
}
