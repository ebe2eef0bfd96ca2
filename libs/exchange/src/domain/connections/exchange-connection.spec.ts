import type { AccountId, TenantId } from '@sextant/kernel';
import { confirmed, refused, unknown } from '../gateway-outcome.js';
import type { KeyPermissions } from '../venue-credentials.js';
import { assertSound, ExchangeConnection } from './exchange-connection.js';
import type { ConnectionId, CredentialId } from './exchange-connection.js';
import { judgePermissions, UNTOLD } from './permission-finding.js';
import type { PermissionFinding } from './permission-finding.js';

const at = Date.UTC(2026, 0, 1);
const by = { actor: 'usr_1', at };
const HARMLESS: KeyPermissions = {
  read: true,
  trade: true,
  withdraw: false,
  transfer: false,
  ipRestricted: true,
  accountIdentity: '354937868',
};
const evidence = { kind: 'VENUE_ANSWER', detail: {}, at } as const;

const SOUND: PermissionFinding = { finding: 'SOUND', permissions: HARMLESS };
const DANGEROUS: PermissionFinding = {
  finding: 'DANGEROUS',
  code: 'KEY_MAY_WITHDRAW',
  detail: 'The key may withdraw.',
  permissions: { ...HARMLESS, withdraw: true },
};
const INVALID: PermissionFinding = { finding: 'INVALID', code: 'CREDENTIAL_INVALID', detail: 'revoked' };
const UNDECIDED: PermissionFinding = { finding: 'UNDECIDED', code: 'TIMEOUT', detail: 'silence' };

function judge(permissions: Partial<KeyPermissions>, acknowledged = false): PermissionFinding {
  return judgePermissions(confirmed({ ...HARMLESS, ...permissions }, evidence), acknowledged);
}

function connection(): ExchangeConnection {
  const established = ExchangeConnection.establish(
    {
      connectionId: 'con_1' as ConnectionId,
      tenantId: 'ten_1' as TenantId,
      accountId: 'acc_1' as AccountId,
      venue: 'BINANCE',
      label: 'Main',
      endpoint: null,
      acknowledgedBy: null,
    },
    { credentialId: 'crd_1' as CredentialId, keyHint: 'ab12' },
    SOUND,
    by,
  );
  established.pullEvents();
  return established;
}

const typesOf = (of: ExchangeConnection) => of.pullEvents().map(({ type }) => type);

describe('what a venue says of a key', () => {
  it.each([
    ['that it is harmless', {}, 'SOUND'],
    ['that it may not even trade', { trade: false }, 'SOUND'],
    ['nothing of trading and addresses', { trade: null, ipRestricted: null }, 'SOUND'],
    ['that it may withdraw', { withdraw: true }, 'DANGEROUS'],
    ['that it may transfer', { transfer: true }, 'DANGEROUS'],
    ['nothing of withdrawing', { withdraw: null }, 'DANGEROUS'],
    ['nothing of transfers', { transfer: null }, 'DANGEROUS'],
    ['that it may not read', { read: false }, 'INVALID'],
  ])('%s', (_what, permissions, finding) => {
    expect(judge(permissions).finding).toBe(finding);
  });

  it('is filled up by a person only where the venue says nothing', () => {
    expect(judge(UNTOLD, true).finding).toBe('SOUND');
    expect(judge({ withdraw: null, transfer: true }, true)).toMatchObject({ code: 'KEY_MAY_WITHDRAW' });
    expect(judge({ withdraw: true }, true)).toMatchObject({ code: 'KEY_MAY_WITHDRAW' });
  });

  it.each(['CREDENTIAL_INVALID', 'PERMISSION_DENIED'])('is about the key when it is %s', (code) => {
    expect(judgePermissions(refused({ code, detail: 'no' }, evidence), true).finding).toBe('INVALID');
  });

  it.each([
    'VENUE_HALTED',
    'BREAKER_OPEN',
    'LOCATION_RESTRICTED',
    'RATE_LIMITED',
    'TIMESTAMP_OUTSIDE_WINDOW',
  ])('is not about the key when it is %s', (code) => {
    expect(judgePermissions(refused({ code, detail: 'no' }, evidence), true).finding).toBe('UNDECIDED');
  });

  it('was not asked for where the key is none of its kind', () => {
    const no = { code: 'CREDENTIAL_INVALID', detail: 'The secret is no Ed25519 private key.' };
    const judged = judgePermissions(refused(no, { ...evidence, kind: 'NOT_SENT' }), true);
    expect(() => assertSound(judged)).toThrow(expect.objectContaining({ code: 'CREDENTIAL_MALFORMED' }));
  });

  it('is nothing of its rights when the venue has no such call', () => {
    const no = refused({ code: 'UNSUPPORTED', detail: 'no such call' }, evidence);
    expect(judgePermissions(no, false)).toMatchObject({ code: 'KEY_PERMISSIONS_UNKNOWN' });
    expect(judgePermissions(no, true)).toEqual({ finding: 'SOUND', permissions: UNTOLD });
  });

  it('may come later: what is known of when is passed on', () => {
    const halted = refused({ code: 'VENUE_HALTED', detail: 'a ban', retryAfterMs: 45_000 }, evidence);
    expect(() => assertSound(judgePermissions(halted, true))).toThrow(
      expect.objectContaining({
        code: 'VENUE_VERDICT_MISSING',
        context: { reason: 'VENUE_HALTED', retryAfterMs: 45_000 },
      }),
    );
  });

  it('is nothing when no answer came', () => {
    const silence = unknown({ code: 'TIMEOUT', detail: 'silence' }, { ...evidence, kind: 'TRANSPORT' });
    expect(judgePermissions(silence, true)).toEqual(UNDECIDED);
  });
});

describe('a connection', () => {
  it.each([
    [DANGEROUS, 'KEY_MAY_WITHDRAW'],
    [INVALID, 'CREDENTIAL_INVALID'],
    [UNDECIDED, 'VENUE_VERDICT_MISSING'],
  ])('is not established on %p', (finding, code) => {
    expect(() => assertSound(finding)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    [DANGEROUS, 'QUARANTINED', ['ExchangeConnectionQuarantined']],
    [INVALID, 'INVALID', ['ExchangeConnectionInvalidated']],
    [UNDECIDED, 'ACTIVE', []],
    [SOUND, 'ACTIVE', []],
  ])('that is checked and found %p', (finding, status, events) => {
    const checked = connection();
    checked.checked(finding, 'ROUND', { actor: 'system', at: at + 1 });
    checked.checked(finding, 'ROUND', { actor: 'system', at: at + 2 });
    expect([checked.snapshot.status, typesOf(checked)]).toEqual([status, events]);
    expect(checked.snapshot.validatedAt).toBe(finding === UNDECIDED ? at : at + 2);
    expect(checked.snapshot.reason === null).toBe(status === 'ACTIVE');
  });

  it('leaves its quarantine when a person asks, not in the daily round', () => {
    const quarantined = connection();
    quarantined.checked(DANGEROUS, 'ROUND', by);
    quarantined.checked(SOUND, 'ROUND', by);
    expect([quarantined.snapshot.status, quarantined.snapshot.permissions.withdraw]).toEqual([
      'QUARANTINED',
      false,
    ]);
    quarantined.checked(SOUND, 'PERSON', by);
    expect([quarantined.snapshot.status, quarantined.snapshot.reason]).toEqual(['ACTIVE', null]);
    expect(typesOf(quarantined)).toEqual(['ExchangeConnectionQuarantined', 'ExchangeConnectionRestored']);
  });

  it('that was invalid is restored by the round too: the venue takes the key again', () => {
    const invalid = connection();
    invalid.checked(INVALID, 'ROUND', by);
    invalid.checked(SOUND, 'ROUND', by);
    expect(invalid.snapshot.status).toBe('ACTIVE');
  });

  it('that is switched off stays as it is whatever is found', () => {
    const off = connection();
    off.disconnect(by);
    off.disconnect(by);
    for (const finding of [DANGEROUS, INVALID, SOUND]) off.checked(finding, 'PERSON', by);
    expect([off.snapshot.status, typesOf(off)]).toEqual(['DISCONNECTED', ['ExchangeConnectionDisconnected']]);
    expect(() => off.reconnect(DANGEROUS, by)).toThrow(expect.objectContaining({ code: 'KEY_MAY_WITHDRAW' }));
    off.reconnect(SOUND, by);
    expect([off.snapshot.status, typesOf(off)]).toEqual(['ACTIVE', ['ExchangeConnectionReconnected']]);
  });

  it('gets another key, which heals it, but does not switch it on', () => {
    const successor = { credentialId: 'crd_2' as CredentialId, keyHint: 'cd34' };
    const terms = { retiresAt: at + 1000, acknowledgedBy: 'usr_2' };
    const invalid = connection();
    invalid.checked(INVALID, 'ROUND', by);
    invalid.rotate(successor, SOUND, terms, by);
    expect(invalid.snapshot).toMatchObject({
      ...successor,
      status: 'ACTIVE',
      reason: null,
      acknowledgedBy: 'usr_2',
    });
    const events = invalid.pullEvents();
    expect(events.find(({ type }) => type === 'VenueCredentialRotated')?.payload).toMatchObject({
      ...{ predecessorId: 'crd_1', credentialId: 'crd_2', retiresAt: at + 1000 },
    });
    const off = connection();
    off.disconnect(by);
    off.rotate(successor, SOUND, terms, by);
    expect(off.snapshot.status).toBe('DISCONNECTED');
    expect(() => off.rotate(successor, DANGEROUS, terms, by)).toThrow(
      expect.objectContaining({ code: 'KEY_MAY_WITHDRAW' }),
    );
  });

  it('says in every event whose it is, and nothing that is secret', () => {
    const told = connection();
    told.checked(DANGEROUS, 'ROUND', by);
    const [event] = told.pullEvents();
    expect(event).toEqual({
      type: 'ExchangeConnectionQuarantined',
      payload: {
        ...{ tenantId: 'ten_1', connectionId: 'con_1', accountId: 'acc_1', venue: 'BINANCE' },
        ...{ code: 'KEY_MAY_WITHDRAW', detail: 'The key may withdraw.' },
      },
      occurredAt: at,
      actor: 'usr_1',
    });
  });
});

describe('the account behind a connection', () => {
  const successor = { credentialId: 'crd_2' as CredentialId, keyHint: 'cd34' };
  const of = (accountIdentity: string | null): PermissionFinding => judge({ accountIdentity });
  const rotate = (from: ExchangeConnection, to: string | null) =>
    from.rotate(successor, of(to), { retiresAt: at, acknowledgedBy: null }, by);

  it('stays the same when its key changes', () => {
    const held = connection();
    expect(() => rotate(held, '500000001')).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_OF_ANOTHER_ACCOUNT' }),
    );
    expect([held.snapshot.credentialId, typesOf(held)]).toEqual(['crd_1', []]);
    rotate(held, '354937868');
    expect(held.snapshot).toMatchObject({ credentialId: 'crd_2', accountIdentity: '354937868' });
  });

  it('is not forgotten while the venue does not tell it, and learnt when it does', () => {
    const held = connection();
    held.checked(of(null), 'ROUND', by);
    rotate(held, null);
    expect(held.snapshot.accountIdentity).toBe('354937868');
    const older = ExchangeConnection.fromSnapshot({ ...held.snapshot, accountIdentity: null });
    older.checked(of('7'), 'ROUND', by);
    expect(older.snapshot.accountIdentity).toBe('7');
  });

  it('is not told with its rights', () => {
    expect(connection().snapshot.permissions).not.toHaveProperty('accountIdentity');
  });
});
