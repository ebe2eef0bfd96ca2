import type { ApiKeyId, DomainError, TenantId, UserId } from '@sextant/kernel';
import { ApiKey, formatApiKey, parseApiKey } from './api-key.js';

const by = (at = 1000) => ({ actor: 'usr_1', at });
const terms = {
  keyId: 'key_1' as ApiKeyId,
  tenantId: 'ten_1' as TenantId,
  userId: 'usr_1' as UserId,
  name: 'bot',
  prefix: 'abcdefghij',
  secretHash: 'f'.repeat(64),
  scopes: ['read', 'trade'] as const,
  signed: false,
  expiresAt: null,
};
const successor = { keyId: 'key_2' as ApiKeyId, prefix: 'klmnopqrst', secretHash: 'e'.repeat(64) };
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as DomainError).code;
  }
  return null;
};

it('is read back from the text it is shown as', () => {
  const parts = { prefix: 'abcdefghij', secret: '0123456789abcdef'.repeat(4) };
  expect(parseApiKey(formatApiKey(parts))).toEqual(parts);
});

it.each([
  '',
  'sx_',
  `sx_abcdefghij_${'G'.repeat(64)}`,
  `sk_abcdefghij_${'0'.repeat(64)}`,
  `sx_abcdefghij_${'0'.repeat(65)}`,
])('is not read from %j', (text) => expect(parseApiKey(text)).toBeNull());

it('keeps its rights and its end when it is rotated, and gives the older one a while', () => {
  const key = ApiKey.issue({ ...terms, expiresAt: 9000 }, by());
  const next = key.rotate(successor, 500, by(2000));
  expect(key.snapshot).toMatchObject({ expiresAt: 2500, successorId: 'key_2', revokedAt: null });
  expect(next.snapshot).toMatchObject({ ...terms, ...successor, expiresAt: 9000 });
});

it('never works longer by being rotated', () => {
  const key = ApiKey.issue({ ...terms, expiresAt: 2100 }, by());
  key.rotate(successor, 5000, by(2000));
  expect(key.snapshot.expiresAt).toBe(2100);
});

it('is rotated once, and not when it is revoked or over', () => {
  const rotated = ApiKey.issue(terms, by());
  rotated.rotate(successor, 0, by());
  const revoked = ApiKey.issue(terms, by());
  revoked.revoke(by());
  const over = ApiKey.issue({ ...terms, expiresAt: 1500 }, by());
  for (const key of [rotated, revoked, over]) {
    expect(codeOf(() => key.rotate(successor, 0, by(1500)))).toBe('API_KEY_NOT_ACTIVE');
  }
});

it('is revoked once, and tells of it once', () => {
  const key = ApiKey.issue(terms, by());
  key.revoke(by(5));
  key.revoke(by(6));
  expect(key.snapshot.revokedAt).toBe(5);
  expect(key.pullEvents().map(({ type }) => type)).toEqual(['ApiKeyCreated', 'ApiKeyRevoked']);
});

it('cannot end before it begins', () => {
  expect(codeOf(() => ApiKey.issue({ ...terms, expiresAt: 1000 }, by(1000)))).toBe('API_KEY_EXPIRY_PAST');
});

it('puts no hash of its secret into its events', () => {
  expect(JSON.stringify(ApiKey.issue(terms, by()).pullEvents())).not.toContain('fff');
});
