import { DomainError } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Config, ManualClock } from '@sextant/platform';
import { ConnectionRepository } from '../../domain/connections/connection-repository.js';
import { CredentialVault } from '../../domain/connections/credential-vault.js';
import { ExchangeConnection } from '../../domain/connections/exchange-connection.js';
import type {
  ConnectionId,
  ConnectionSnapshot,
  CredentialId,
} from '../../domain/connections/exchange-connection.js';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import { VaultCredentials } from './vault-credentials.js';

const ACCOUNT = 'acc_1' as AccountId;
const VENUE = 'BINANCE';

class OneConnection extends ConnectionRepository {
  asked = 0;
  outage: Error | null = null;
  current: ConnectionSnapshot | null = {
    connectionId: 'con_1' as ConnectionId,
    tenantId: 'ten_1' as TenantId,
    accountId: ACCOUNT,
    venue: VENUE,
    label: 'Main',
    status: 'ACTIVE',
    reason: null,
    endpoint: null,
    credentialId: 'crd_1' as CredentialId,
    keyHint: 'ab12',
    permissions: { read: true, trade: true, withdraw: false, transfer: false, ipRestricted: null },
    accountIdentity: null,
    acknowledgedBy: null,
    validatedAt: 0,
    version: 1,
    createdAt: 0,
    updatedAt: 0,
  };

  override async ofAccount(): Promise<ExchangeConnection | null> {
    this.asked += 1;
    if (this.outage !== null) throw this.outage;
    return this.current === null ? null : ExchangeConnection.fromSnapshot(this.current);
  }

  switchedOn = async () => [];
  endpoints = async () => [];
  find = () => this.ofAccount();
  save = async () => undefined;
  claimDue = async () => [];
}

class OpenVault extends CredentialVault {
  opened: string[] = [];

  override async open(credentialId: CredentialId): Promise<VenueCredential> {
    this.opened.push(credentialId);
    return { credentialId, apiKey: `key of ${credentialId}`, secret: 'secret', passphrase: null };
  }

  assertUsable = async () => undefined;
  assertKept = async () => undefined;
  store = async () => undefined;
  drain = async () => undefined;
  retireDrained = async () => 0;
}

let clock: ManualClock;
let connections: OneConnection;
let vault: OpenVault;
let credentials: VaultCredentials;

beforeEach(() => {
  clock = new ManualClock(0);
  connections = new OneConnection();
  vault = new OpenVault();
  credentials = new VaultCredentials(connections, vault, Config.fromValues(), clock);
});

it('gives no key out for an address that is not allowed any more', async () => {
  change({ endpoint: 'http://127.0.0.1:9100' });
  await expect(of()).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
  expect(await credentials.standing(ACCOUNT, VENUE)).toMatchObject({ usable: false, mayPlace: false });
  const rehearsing = Config.fromValues({ 'exchange.allowCustomEndpoints': true });
  const other = new VaultCredentials(connections, vault, rehearsing, clock);
  expect(await other.standing(ACCOUNT, VENUE)).toMatchObject({ usable: true, mayPlace: true });
});

const of = () => credentials.of(ACCOUNT, VENUE);
const change = (changes: Partial<ConnectionSnapshot>) => {
  connections.current = { ...connections.current!, ...changes };
};

it('asks the database once for many at the same time, and not again for a while', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, of));
  clock.advance(1_499);
  all.push(await of());
  expect(new Set(all.map((credential) => credential?.apiKey))).toEqual(new Set(['key of crd_1']));
  expect([connections.asked, vault.opened]).toEqual([1, ['crd_1']]);
});

it('gives another key within 2 s of its rotation, and at once where it was rotated', async () => {
  await of();
  change({ credentialId: 'crd_2' as CredentialId });
  clock.advance(2_000);
  expect(await of()).toMatchObject({ credentialId: 'crd_2' });
  change({ credentialId: 'crd_3' as CredentialId });
  expect(await of()).toMatchObject({ credentialId: 'crd_2' });
  credentials.forget(ACCOUNT, VENUE);
  expect(await of()).toMatchObject({ credentialId: 'crd_3' });
});

it('decrypts a key once, however often its connection is looked at', async () => {
  for (let minute = 0; minute < 5; minute += 1) {
    await of();
    clock.advance(60_000);
  }
  expect([connections.asked, vault.opened.length]).toEqual([5, 1]);
});

it('knows of no key without a connection', async () => {
  connections.current = null;
  expect([await of(), await credentials.standing(ACCOUNT, VENUE)]).toEqual([null, null]);
});

it.each([
  ['ACTIVE', true, true],
  ['QUARANTINED', true, false],
  ['INVALID', false, false],
  ['DISCONNECTED', false, false],
] as const)('lets a key that is %s be used %p and place %p', async (status, usable, mayPlace) => {
  change({ status });
  expect(await credentials.standing(ACCOUNT, VENUE)).toMatchObject({ usable, mayPlace });
  if (usable) expect(await of()).toMatchObject({ credentialId: 'crd_1' });
  else await expect(of()).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
});

it('goes on with what it knew while the database is away, for hours, not for ever', async () => {
  await of();
  connections.outage = new DomainError('DATABASE_UNAVAILABLE', 'away');
  clock.advance(11 * 3_600_000);
  expect(await of()).toMatchObject({ credentialId: 'crd_1' });
  clock.advance(2 * 3_600_000);
  await expect(of()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
});

it('does not take a credential that was altered for an outage', async () => {
  await of();
  connections.outage = new DomainError('VAULT_UNREADABLE', 'altered');
  clock.advance(2_000);
  await expect(of()).rejects.toMatchObject({ code: 'VAULT_UNREADABLE' });
});

it('keeps in memory only what somebody asks for, and nothing of a connection that is off', async () => {
  await of();
  clock.advance(599_000);
  credentials.dropUnused();
  expect(credentials.size).toBe(1);
  clock.advance(2_000);
  credentials.dropUnused();
  expect(credentials.size).toBe(0);
  await of();
  change({ status: 'DISCONNECTED' });
  credentials.forget(ACCOUNT, VENUE);
  await expect(of()).rejects.toThrow();
  expect(credentials.size).toBe(0);
});
